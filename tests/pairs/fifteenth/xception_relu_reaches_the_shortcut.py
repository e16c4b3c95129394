"""Small Xception: the backbone of keras_hub with a softmax-free head, and my PyTorch version in which every block is an
nn.Sequential called rep, beside a strided shortcut.
"""

INPUTS = ("40x40x3",)
LIBRARIES = ("keras_hub",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["wiring-other", "activation-other"],
            "keras": ["block3_residual_conv", "block3_sepconv1_act", "block3_residual_add"],
            "torch": ["block3", "block3.skip", "block3.rep.0"],
        }
    ],
}


def keras_model():
    import keras
    import keras_hub
    from keras import layers

    backbone = keras_hub.models.XceptionBackbone(
        stackwise_conv_filters=[[8, 12], [16, 16], [20, 20], [24, 28]],
        stackwise_pooling=[False, True, True, False],
        image_shape=(40, 40, 3),
    )
    x = layers.GlobalAveragePooling2D(name="avg_pool")(backbone.output)
    return keras.Model(backbone.input, layers.Dense(6, name="predictions")(x))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    def bn(width):
        return nn.BatchNorm2d(width, eps=1e-3, momentum=0.01)

    class SeparableConv2d(nn.Module):
        def __init__(self, inside, outside):
            super().__init__()
            self.conv1 = nn.Conv2d(inside, inside, 3, padding=1, groups=inside, bias=False)
            self.pointwise = nn.Conv2d(inside, outside, 1, bias=False)

        def forward(self, x):
            return self.pointwise(self.conv1(x))

    class MaxPoolSame(nn.Module):
        def forward(self, x):
            spare = [(1, 1) if size % 2 else (0, 1) for size in (x.shape[3], x.shape[2])]
            return F.max_pool2d(F.pad(x, (*spare[0], *spare[1]), value=float("-inf")), 3, 2)

    class Block(nn.Module):
        def __init__(self, inside, outside, start_with_relu=True):
            super().__init__()
            rep = [nn.ReLU(inplace=True)] if start_with_relu else []
            rep += [SeparableConv2d(inside, outside), bn(outside), nn.ReLU(inplace=True)]
            rep += [SeparableConv2d(outside, outside), bn(outside), MaxPoolSame()]
            self.rep = nn.Sequential(*rep)
            self.skip = nn.Conv2d(inside, outside, 1, stride=2, bias=False)
            self.skipbn = bn(outside)

        def forward(self, inp):
            x = self.rep(inp)
            skip = self.skipbn(self.skip(inp))
            return x + skip

    class Xception(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1, self.bn1 = nn.Conv2d(3, 8, 3, stride=2, bias=False), bn(8)
            self.conv2, self.bn2 = nn.Conv2d(8, 12, 3, bias=False), bn(12)
            self.block2 = Block(12, 16, start_with_relu=False)
            self.block3 = Block(16, 20)
            self.conv3, self.bn3 = SeparableConv2d(20, 24), bn(24)
            self.conv4, self.bn4 = SeparableConv2d(24, 28), bn(28)
            self.fc = nn.Linear(28, 6)

        def forward(self, x):
            x = F.relu(self.bn1(self.conv1(x)))
            x = F.relu(self.bn2(self.conv2(x)))
            x = self.block3(self.block2(x))
            x = F.relu(self.bn3(self.conv3(x)))
            x = F.relu(self.bn4(self.conv4(x)))
            return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))

    return Xception()
