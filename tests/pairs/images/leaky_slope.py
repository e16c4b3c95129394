"""DCGAN discriminator: LeakyReLU() with the default on one side.

jinyu121/DW2TF issue 2.
"""

INPUTS = ("16x16x1",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["leaky-slope"], "keras": ["leaky_re_lu"], "torch": ["main.1"]},
        {"rules": ["leaky-slope"], "keras": ["leaky_re_lu_1"], "torch": ["main.4"]},
    ],
}


def keras_model():
    from keras import Sequential, layers

    model = Sequential(name="discriminator")
    model.add(layers.Input((16, 16, 1)))
    model.add(layers.ZeroPadding2D(1))
    model.add(layers.Conv2D(8, 4, strides=2))
    model.add(layers.LeakyReLU())
    model.add(layers.Dropout(0.3))
    model.add(layers.ZeroPadding2D(1))
    model.add(layers.Conv2D(16, 4, strides=2))
    model.add(layers.LeakyReLU())
    model.add(layers.Dropout(0.3))
    model.add(layers.Flatten())
    model.add(layers.Dense(1))
    return model


def torch_model():
    from torch import nn

    class Discriminator(nn.Module):
        def __init__(self):
            super().__init__()
            self.main = nn.Sequential(
                nn.Conv2d(1, 8, 4, 2, 1),
                nn.LeakyReLU(0.2, inplace=True),
                nn.Dropout(0.3),
                nn.Conv2d(8, 16, 4, 2, 1),
                nn.LeakyReLU(0.2, inplace=True),
                nn.Dropout(0.3),
            )
            self.score = nn.Linear(256, 1)

        def forward(self, x):
            x = self.main(x)
            return self.score(x.view(x.shape[0], -1))

    return Discriminator()
