"""A SIREN whose inner layers lack the factor of 30 in PyTorch."""

INPUTS = ("2",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["scale-other"], "keras": ["sin_1", "multiply_1"], "torch": ["3", "3.*"]}],
}


def keras_model():
    import keras
    from keras import layers, ops

    inputs = keras.Input((2,))
    x = ops.sin(30.0 * layers.Dense(8, name="a")(inputs))
    x = ops.sin(30.0 * layers.Dense(8, name="b")(x))
    return keras.Model(inputs, layers.Dense(1, name="c")(x))


def torch_model():
    import torch
    from torch import nn

    class Sine(nn.Module):
        def forward(self, x):
            return torch.sin(x)

    class First(nn.Module):
        def forward(self, x):
            return torch.sin(30 * x)

    return nn.Sequential(nn.Linear(2, 8), First(), nn.Linear(8, 8), Sine(), nn.Linear(8, 1))
