"""Separable and depthwise convolutions with a multiplier, group norm and PReLU with shared axes."""

INPUTS = ("12x12x4",)
TRUTH = {"identical": True}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((12, 12, 4)),
            layers.DepthwiseConv2D(3, depth_multiplier=2, padding="same", use_bias=False),
            layers.GroupNormalization(groups=4, epsilon=1e-5),
            layers.PReLU(shared_axes=[1, 2]),
            layers.SeparableConv2D(6, 3, activation="relu"),
            layers.AveragePooling2D(2),
        ]
    )


def torch_model():
    from torch import nn

    class SeparableConv2d(nn.Module):
        def __init__(self, inputs, outputs, size):
            super().__init__()
            self.depthwise = nn.Conv2d(inputs, inputs, size, groups=inputs, bias=False)
            self.pointwise = nn.Conv2d(inputs, outputs, 1)

        def forward(self, x):
            return self.pointwise(self.depthwise(x))

    return nn.Sequential(
        nn.Conv2d(4, 8, 3, padding=1, groups=4, bias=False),
        nn.GroupNorm(4, 8),
        nn.PReLU(8),
        SeparableConv2d(8, 6, 3),
        nn.ReLU(),
        nn.AvgPool2d(2),
    )
