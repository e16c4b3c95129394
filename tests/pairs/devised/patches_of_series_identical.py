"""Patches of a series of several channels: a strided convolution in Keras, unfold and linear in PyTorch."""

INPUTS = ("24x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    x = keras.Input((24, 3))
    y = layers.Conv1D(8, 6, 6, name="patch")(x)
    y = layers.LayerNormalization(epsilon=1e-5, name="n")(y)
    return keras.Model(x, layers.Dense(3, name="out")(layers.Flatten()(y)))


def torch_model():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.patch, self.n, self.out = nn.Linear(18, 8), nn.LayerNorm(8), nn.Linear(32, 3)

        def forward(self, x):
            y = x.transpose(1, 2).unfold(2, 6, 6).permute(0, 2, 1, 3).flatten(2)
            return self.out(self.n(self.patch(y)).flatten(1))

    return Net()
