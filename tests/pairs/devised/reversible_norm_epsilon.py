"""Reversible instance normalisation with another small number under the root."""

INPUTS = ("12x5",)
TRUTH = {"identical": False, "causes": [{"rules": ["norm-epsilon"], "keras": ["*"], "torch": ["*"]}]}


def keras_model():
    import keras
    from keras import layers, ops

    x = keras.Input((12, 5), name="x")
    m = ops.mean(x, axis=1, keepdims=True)
    s = ops.sqrt(ops.var(x, axis=1, keepdims=True) + 1e-5)
    z = (x - m) / s
    z = layers.Dense(12, name="mix")(ops.transpose(z, (0, 2, 1)))
    z = ops.transpose(z, (0, 2, 1)) * s + m
    y = layers.Flatten(name="flat")(z)
    return keras.Model(x, layers.Dense(3, name="out")(y))


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.mix = nn.Linear(12, 12)
            self.out = nn.Linear(60, 3)

        def forward(self, x):
            m = x.mean(1, keepdim=True)
            s = torch.sqrt(x.var(1, keepdim=True, unbiased=False) + 1e-3)
            z = (x - m) / s
            z = self.mix(z.transpose(1, 2)).transpose(1, 2)
            z = z * s + m
            return self.out(z.flatten(1))

    return Net()
