"""The first five blocks of the thin MobileNet from the applications as feature extractor with my own classifier; the
PyTorch twin has the batch norm numbers copied from the summary of the Keras layers.
"""

INPUTS = ("32x32x3",)
LIBRARIES = ("keras.applications",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-momentum"],
            "keras": ["conv1_bn", "conv_*_bn"],
            "torch": ["conv1.1", "blocks.*.bn1", "blocks.*.bn2"],
            "visible": False,
        }
    ],
}


def keras_model():
    import keras

    base = keras.applications.MobileNet(input_shape=(32, 32, 3), alpha=0.25, include_top=False, weights=None)
    features = base.get_layer("conv_pw_5_relu").output
    x = keras.layers.GlobalAveragePooling2D(name="gap")(features)
    x = keras.layers.Dropout(0.3, name="drop")(x)
    return keras.Model(base.input, keras.layers.Dense(6, name="logits")(x))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    def batch_norm(channels):
        return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.99)

    class DepthwiseSeparable(nn.Module):
        def __init__(self, inp, oup, stride):
            super().__init__()
            self.stride = stride
            self.dw = nn.Conv2d(inp, inp, 3, stride, 1 if stride == 1 else 0, groups=inp, bias=False)
            self.bn1 = batch_norm(inp)
            self.pw = nn.Conv2d(inp, oup, 1, bias=False)
            self.bn2 = batch_norm(oup)

        def forward(self, x):
            if self.stride == 2:
                x = F.pad(x, (0, 1, 0, 1))
            x = F.relu6(self.bn1(self.dw(x)))
            return F.relu6(self.bn2(self.pw(x)))

    class MobileNetV1(nn.Module):
        def __init__(self, n_classes=6):
            super().__init__()
            self.conv1 = nn.Sequential(nn.Conv2d(3, 8, 3, 2, bias=False), batch_norm(8), nn.ReLU6())
            self.blocks = nn.Sequential(
                DepthwiseSeparable(8, 16, 1),
                DepthwiseSeparable(16, 32, 2),
                DepthwiseSeparable(32, 32, 1),
                DepthwiseSeparable(32, 64, 2),
                DepthwiseSeparable(64, 64, 1),
            )
            self.dropout = nn.Dropout(0.3)
            self.fc = nn.Linear(64, n_classes)

        def forward(self, x):
            x = self.blocks(self.conv1(F.pad(x, (0, 1, 0, 1))))
            return self.fc(self.dropout(F.adaptive_avg_pool2d(x, 1).flatten(1)))

    return MobileNetV1()
