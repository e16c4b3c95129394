"""Gate and value in one dense layer of Keras, in two of PyTorch, the value first."""

INPUTS = ("6x10",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    i = keras.Input((6, 10))
    x = layers.Dense(24, name="gate_up")(i)
    g, u = ops.split(x, 2, axis=-1)
    x = layers.Dense(10, name="down")(ops.silu(g) * u)
    return keras.Model(i, layers.LayerNormalization(epsilon=1e-6)(x + i))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.w1 = nn.Linear(10, 12)
            self.w2 = nn.Linear(12, 10)
            self.w3 = nn.Linear(10, 12)
            self.ln = nn.LayerNorm(10, eps=1e-6)

        def forward(self, x):
            up = self.w3(x)
            return self.ln(self.w2(F.silu(self.w1(x)) * up) + x)

    return Net()
