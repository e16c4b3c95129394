"""One table in Keras is cut into gate and value, which are two tables in PyTorch."""

INPUTS = ["4:int32"]
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    c = keras.Input((4,), dtype="int32")
    x = layers.Embedding(10, 8, name="both")(c)
    g, b = ops.split(x, 2, axis=-1)
    return keras.Model(c, layers.Dense(2)(layers.Flatten()(ops.tanh(g) * b)))


def torch_model():
    import torch
    from torch import nn

    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.g = nn.Embedding(10, 4)
            self.b = nn.Embedding(10, 4)
            self.o = nn.Linear(16, 2)

        def forward(self, c):
            return self.o((torch.tanh(self.g(c)) * self.b(c)).flatten(1))

    return M()
