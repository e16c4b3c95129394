"""nn.Bilinear and a layer of one's own with an einsum."""

INPUTS = ("5", "7")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class Bilinear(layers.Layer):
        def build(self, shapes):
            self.kernel = self.add_weight(shape=(4, 5, 7), name="kernel")
            self.bias = self.add_weight(shape=(4,), name="bias")

        def call(self, xs):
            a, b = xs
            return ops.einsum("bi,oij,bj->bo", a, self.kernel, b) + self.bias

    a, b = keras.Input((5,)), keras.Input((7,))
    h = Bilinear(name="bil")([a, b])
    return keras.Model([a, b], layers.Dense(3, name="out")(ops.tanh(h)))


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.bil, self.out = nn.Bilinear(5, 7, 4), nn.Linear(4, 3)

        def forward(self, a, b):
            return self.out(torch.tanh(self.bil(a, b)))

    return Net()
