"""Self-normalising network for a table: AlphaDropout in Keras became Dropout in PyTorch."""

import itertools

INPUTS = ("11",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["dropout-alpha"], "keras": ["alpha_*"], "torch": ["net.*"], "visible": False}],
}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential([keras.Input((11,))], name="snn")
    for i, units in enumerate((16, 12, 8)):
        model.add(layers.Dense(units, activation="selu", kernel_initializer="lecun_normal", name=f"selu_{i}"))
        model.add(layers.AlphaDropout(0.05, name=f"alpha_{i}"))
    model.add(layers.Dense(1, name="price"))
    return model


def torch_model():
    from torch import nn

    class SNN(nn.Module):
        def __init__(self, sizes=(11, 16, 12, 8)):
            super().__init__()
            modules = []
            for i, o in itertools.pairwise(sizes):
                layer = nn.Linear(i, o)
                nn.init.kaiming_normal_(layer.weight, nonlinearity="linear")
                nn.init.zeros_(layer.bias)
                modules += [layer, nn.SELU(), nn.Dropout(p=0.05)]
            self.net = nn.Sequential(*modules)
            self.out = nn.Linear(sizes[-1], 1)

        def forward(self, x):
            return self.out(self.net(x))

    return SNN()
