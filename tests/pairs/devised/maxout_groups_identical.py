"""Maxout: one dense layer whose units are cut into groups."""

INPUTS = ("9",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    x = inputs = keras.Input((9,))
    x = layers.Dense(12, name="max1")(x)
    x = ops.max(ops.reshape(x, (-1, 4, 3)), axis=-1)
    return keras.Model(inputs, layers.Dense(2, name="out")(x))


def torch_model():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.lin, self.out = nn.Linear(9, 12), nn.Linear(4, 2)

        def forward(self, x):
            return self.out(self.lin(x).view(-1, 4, 3).amax(-1))

    return Net()
