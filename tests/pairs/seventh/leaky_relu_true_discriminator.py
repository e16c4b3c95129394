"""Patch discriminator: slope 0.2 in Keras. In PyTorch I wrote LeakyReLU(True) in the second block because all the
others have inplace=True somewhere. D learns nothing useful there.
"""

INPUTS = ("32x32x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["leaky-slope", "activation-parameter", "activation-other"],
            "keras": ["lrelu_2"],
            "torch": ["model.4"],
        }
    ],
}


def keras_model():
    from keras import layers, models

    net = models.Sequential(name="discriminator")
    net.add(layers.Input((32, 32, 3)))
    for i, width in enumerate((8, 16, 24), start=1):
        net.add(layers.ZeroPadding2D(1))
        net.add(layers.Conv2D(width, 4, strides=2, use_bias=i == 1, name=f"conv_{i}"))
        if i > 1:
            net.add(layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"bn_{i}"))
        net.add(layers.LeakyReLU(negative_slope=0.2, name=f"lrelu_{i}"))
    net.add(layers.Conv2D(1, 4, name="patch"))
    return net


def torch_model():
    from torch import nn

    class Discriminator(nn.Module):
        def __init__(self, ndf=8):
            super().__init__()
            self.model = nn.Sequential(
                nn.Conv2d(3, ndf, 4, 2, 1),
                nn.LeakyReLU(0.2, True),
                nn.Conv2d(ndf, ndf * 2, 4, 2, 1, bias=False),
                nn.BatchNorm2d(ndf * 2),
                nn.LeakyReLU(True),
                nn.Conv2d(ndf * 2, ndf * 3, 4, 2, 1, bias=False),
                nn.BatchNorm2d(ndf * 3),
                nn.LeakyReLU(0.2, True),
                nn.Conv2d(ndf * 3, 1, 4),
            )

        def forward(self, x):
            return self.model(x)

    return Discriminator()
