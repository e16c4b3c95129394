"""Numbers of a table are embedded by a scale and shift each, as layers in a list in PyTorch."""

INPUTS = ["5"]
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class Numbers(layers.Layer):
        def build(self, s):
            self.w = self.add_weight(name="scale", shape=(5, 4), initializer="uniform")
            self.b = self.add_weight(name="shift", shape=(5, 4), initializer="zeros")

        def call(self, x):
            return x[..., None] * self.w + self.b

    i = keras.Input((5,))
    x = layers.Flatten()(ops.relu(Numbers()(i)))
    return keras.Model(i, layers.Dense(2)(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.f = nn.ModuleList([nn.Linear(1, 4) for _ in range(5)])
            self.o = nn.Linear(20, 2)

        def forward(self, x):
            return self.o(torch.cat([F.relu(f(x[:, i : i + 1])) for i, f in enumerate(self.f)], 1))

    return M()
