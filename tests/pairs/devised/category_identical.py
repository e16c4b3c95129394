"""A category as ones and zeros beside numbers, alpha dropout, and the logarithm of a softmax."""

INPUTS = (
    "1:int32",
    "4",
)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    c, x = keras.Input((1,), dtype="int32", name="c"), keras.Input((4,), name="x")
    h = layers.CategoryEncoding(6, output_mode="one_hot")(c)
    y = layers.Concatenate()([layers.Reshape((6,))(h), x])
    y = layers.Dense(8, activation="swish", name="d")(y)
    y = layers.AlphaDropout(0.1)(y)
    return keras.Model([c, x], layers.Dense(2, activation="log_softmax", name="o")(y))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.d, self.p, self.o = nn.Linear(10, 8), nn.AlphaDropout(0.1), nn.Linear(8, 2)

        def forward(self, c, x):
            y = torch.cat([F.one_hot(c[:, 0].long(), 6).to(x.dtype), x], 1)
            return F.log_softmax(self.o(self.p(F.silu(self.d(y)))), -1)

    return Net()
