"""ResNet for CIFAR with shortcuts that have no weights (option A): every second pixel, new channels are zero."""

INPUTS = ("16x16x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            # half of the new channels in front and half behind in Keras, all of them behind in PyTorch
            "rules": ["padding-argument-order", "concat-order", "wiring-other", "reshape-order"],
            "keras": ["stage_*_shortcut", "stage_*_sum"],
            "torch": ["stages.[12].shortcut", "pad*", "add*", "iadd*", "__iadd__*", "stages.[12]", "stages.[12].bn2"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    def bn(name):
        return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=name)

    class OptionA(layers.Layer):
        def __init__(self, width, **kwargs):
            super().__init__(**kwargs)
            self.width = width

        def call(self, x):
            more = (self.width - x.shape[-1]) // 2
            return ops.pad(x[:, ::2, ::2, :], ((0, 0), (0, 0), (0, 0), (more, more)))

    image = keras.Input((16, 16, 3))
    x = layers.Conv2D(8, 3, padding="same", use_bias=False, name="stem")(image)
    x = layers.ReLU()(bn("stem_bn")(x))
    for i, width in enumerate((8, 16, 32)):
        name, shortcut = f"stage_{i}", x
        if i:
            shortcut = OptionA(width, name=f"{name}_shortcut")(x)
            x = layers.ZeroPadding2D(1)(x)
        padding, strides = ("valid", 2) if i else ("same", 1)
        x = layers.Conv2D(width, 3, strides, padding, use_bias=False, name=f"{name}_a")(x)
        x = layers.ReLU()(bn(f"{name}_a_bn")(x))
        x = layers.Conv2D(width, 3, padding="same", use_bias=False, name=f"{name}_b")(x)
        x = layers.Add(name=f"{name}_sum")([bn(f"{name}_b_bn")(x), shortcut])
        x = layers.ReLU()(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, name="classes")(x))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class LambdaLayer(nn.Module):
        def __init__(self, lambd):
            super().__init__()
            self.lambd = lambd

        def forward(self, x):
            return self.lambd(x)

    class BasicBlock(nn.Module):
        def __init__(self, in_planes, planes, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(in_planes, planes, 3, stride, padding=1, bias=False)
            self.bn1 = nn.BatchNorm2d(planes)
            self.conv2 = nn.Conv2d(planes, planes, 3, 1, padding=1, bias=False)
            self.bn2 = nn.BatchNorm2d(planes)
            self.shortcut = nn.Sequential()
            if stride != 1:
                new = planes - in_planes
                self.shortcut = LambdaLayer(lambda x: F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 0, new)))

        def forward(self, x):
            out = F.relu(self.bn1(self.conv1(x)))
            out = self.bn2(self.conv2(out))
            out += self.shortcut(x)
            return F.relu(out)

    class ResNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1, self.bn1 = nn.Conv2d(3, 8, 3, 1, 1, bias=False), nn.BatchNorm2d(8)
            self.stages = nn.Sequential(BasicBlock(8, 8, 1), BasicBlock(8, 16, 2), BasicBlock(16, 32, 2))
            self.linear = nn.Linear(32, 10)

        def forward(self, x):
            out = self.stages(F.relu(self.bn1(self.conv1(x))))
            out = F.avg_pool2d(out, out.size()[3])
            return self.linear(out.view(out.size(0), -1))

    return ResNet()
