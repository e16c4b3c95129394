"""The first blocks of MobileNetV3-Small, narrowed, as a feature extractor: taken from the Keras zoo on one side and
rebuilt in PyTorch on the other, where the squeeze-and-excitation class came over from an EfficientNet.
"""

INPUTS = ("48x48x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["activation-other"],
            "keras": ["expanded_conv_squeeze_excite*", "re_lu*", "add*", "multiply*"],
            "torch": ["blocks.0.se", "sigmoid*", "mul*"],
        }
    ],
}
LIBRARIES = ("keras.applications",)


def keras_model():
    import keras

    base = keras.applications.MobileNetV3Small(
        input_shape=(48, 48, 3), alpha=0.5, include_top=False, weights=None, include_preprocessing=False
    )
    features = base.get_layer("expanded_conv_4_add").output
    x = keras.layers.GlobalAveragePooling2D(name="pooled")(features)
    return keras.Model(base.input, keras.layers.Dense(4, name="head")(x), name="features")


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    def pad_same(x, kernel):
        """What a strided TensorFlow convolution adds: nothing more than half a window, the odd pixel at the end."""
        left = kernel // 2 - 1 if x.shape[-1] % 2 == 0 else kernel // 2
        return F.pad(x, (left, kernel // 2, left, kernel // 2))

    class SqueezeExcite(nn.Module):
        def __init__(self, width, reduced):
            super().__init__()
            self.fc1 = nn.Conv2d(width, reduced, 1)
            self.fc2 = nn.Conv2d(reduced, width, 1)
            self.gate = nn.Sigmoid()

        def forward(self, x):
            s = F.adaptive_avg_pool2d(x, 1)
            return x * self.gate(self.fc2(F.relu(self.fc1(s))))

    class Bneck(nn.Module):
        def __init__(self, width_in, width_mid, width_out, kernel=3, stride=1, se=None, act=nn.ReLU, expand=True):
            super().__init__()
            self.stride, self.kernel = stride, kernel
            self.skip = stride == 1 and width_in == width_out
            if expand:
                self.expand = nn.Sequential(nn.Conv2d(width_in, width_mid, 1, bias=False), self._bn(width_mid), act())
            else:
                self.expand = nn.Identity()
            padding = kernel // 2 if stride == 1 else 0
            self.depthwise = nn.Conv2d(width_mid, width_mid, kernel, stride, padding, groups=width_mid, bias=False)
            self.depthwise_bn = self._bn(width_mid)
            self.act = act()
            self.se = SqueezeExcite(width_mid, se) if se else nn.Identity()
            self.project = nn.Sequential(nn.Conv2d(width_mid, width_out, 1, bias=False), self._bn(width_out))

        @staticmethod
        def _bn(width):
            return nn.BatchNorm2d(width, eps=1e-3, momentum=0.001)

        def forward(self, x):
            y = self.expand(x)
            if self.stride == 2:
                y = pad_same(y, self.kernel)
            y = self.act(self.depthwise_bn(self.depthwise(y)))
            y = self.project(self.se(y))
            return x + y if self.skip else y

    class Features(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Conv2d(3, 16, 3, 2, bias=False)
            self.stem_bn = nn.BatchNorm2d(16, eps=1e-3, momentum=0.001)
            self.blocks = nn.Sequential(
                Bneck(16, 16, 8, stride=2, se=8, expand=False),
                Bneck(8, 40, 16, stride=2),
                Bneck(16, 56, 16),
                Bneck(16, 64, 24, kernel=5, stride=2, se=16, act=nn.Hardswish),
                Bneck(24, 144, 24, kernel=5, se=40, act=nn.Hardswish),
            )
            self.head = nn.Linear(24, 4)

        def forward(self, x):
            x = F.hardswish(self.stem_bn(self.stem(pad_same(x, 3))))
            return self.head(self.blocks(x).mean((2, 3)))

    return Features()
