"""Token numbers that PyTorch makes ones and zeros of, for a linear layer without a bias; an embedding in Keras."""

INPUTS = ("6:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    x = keras.Input((6,), dtype="int32")
    y = layers.Embedding(12, 8, name="e")(x)
    y = layers.GRU(5, name="g")(y)
    return keras.Model(x, layers.Dense(2, name="o")(y))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.e, self.g, self.o = nn.Linear(12, 8, bias=False), nn.GRU(8, 5, batch_first=True), nn.Linear(5, 2)

        def forward(self, x):
            y = self.e(F.one_hot(x.long(), 12).to(self.o.weight.dtype))
            return self.o(self.g(y)[1][0])

    return Net()
