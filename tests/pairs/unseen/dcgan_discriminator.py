"""DCGAN discriminator of the two tutorials: 5x5 windows with stride 2 and "same"; no slope is given in Keras."""

INPUTS = ("28x28x1",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["same-padding-stride"], "keras": ["conv2d"], "torch": ["main.conv1"]},
        {"rules": ["leaky-slope"], "keras": ["leaky_re_lu"], "torch": ["main.act1"]},
        {"rules": ["same-padding-stride"], "keras": ["conv2d_1"], "torch": ["main.conv2"]},
        {"rules": ["leaky-slope"], "keras": ["leaky_re_lu_1"], "torch": ["main.act2"]},
    ],
}


def keras_model():
    from keras import Sequential, layers

    model = Sequential()
    model.add(layers.Input((28, 28, 1)))
    model.add(layers.Conv2D(8, (5, 5), strides=(2, 2), padding="same"))
    model.add(layers.LeakyReLU())
    model.add(layers.Dropout(0.3))
    model.add(layers.Conv2D(16, (5, 5), strides=(2, 2), padding="same"))
    model.add(layers.LeakyReLU())
    model.add(layers.Dropout(0.3))
    model.add(layers.Flatten())
    model.add(layers.Dense(1))
    return model


def torch_model():
    from collections import OrderedDict

    from torch import nn

    class Discriminator(nn.Module):
        def __init__(self):
            super().__init__()
            self.main = nn.Sequential(
                OrderedDict(
                    [
                        ("conv1", nn.Conv2d(1, 8, 5, 2, 2)),
                        ("act1", nn.LeakyReLU(0.2, inplace=True)),
                        ("drop1", nn.Dropout(0.3)),
                        ("conv2", nn.Conv2d(8, 16, 5, 2, 2)),
                        ("act2", nn.LeakyReLU(0.2, inplace=True)),
                        ("drop2", nn.Dropout(0.3)),
                        ("flat", nn.Flatten()),
                    ]
                )
            )
            self.out = nn.Linear(7 * 7 * 16, 1)

        def forward(self, x):
            return self.out(self.main(x))

    return Discriminator()
