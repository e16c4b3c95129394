"""A patch embedding is flattened: tokens first in Keras, channels first behind the convolution of PyTorch."""

INPUTS = ("8x12x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    x = i = keras.Input((8, 12, 3))
    p = ops.reshape(x, (-1, 2, 4, 3, 4, 3))
    p = ops.reshape(ops.transpose(p, (0, 1, 3, 2, 4, 5)), (-1, 6, 48))
    p = layers.Dense(6, name="proj")(p)
    x = layers.Dense(2, name="o")(layers.Flatten()(p))
    return keras.Model(i, x)


def torch_model():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.proj, self.o = nn.Conv2d(3, 6, 4, 4), nn.Linear(36, 2)

        def forward(self, x):
            return self.o(self.proj(x).flatten(1))

    return Net()
