"""SIREN for a physics problem: omega is 30 in every sine layer in Keras and only in the first one in PyTorch."""

INPUTS = ("1", "1")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["scale-other", "activation-parameter"],
            "keras": ["*sine_1*", "*sine_2*"],
            "torch": ["net.1*", "net.2*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class Sine(layers.Layer):
        def __init__(self, units, omega=30.0, **kwargs):
            super().__init__(**kwargs)
            self.omega = omega
            self.linear = layers.Dense(units, name="linear")

        def call(self, x):
            return ops.sin(self.omega * self.linear(x))

    class PINN(keras.Model):
        def __init__(self, width=12, **kwargs):
            super().__init__(**kwargs)
            self.sines = [Sine(width, name=f"sine_{i}") for i in range(3)]
            self.out = layers.Dense(2, name="out")

        def call(self, inputs):
            x, t = inputs
            y = ops.concatenate([x, t], axis=1)
            for layer in self.sines:
                y = layer(y)
            return self.out(y)

    return PINN(name="pinn")


def torch_model():
    import torch
    from torch import nn

    class SineLayer(nn.Module):
        def __init__(self, i, o, w0=1.0):
            super().__init__()
            self.w0 = w0
            self.linear = nn.Linear(i, o)

        def forward(self, x):
            return torch.sin(self.w0 * self.linear(x))

    class Siren(nn.Module):
        def __init__(self, hidden=12, layers=3):
            super().__init__()
            self.net = nn.Sequential(
                SineLayer(2, hidden, w0=30.0), *[SineLayer(hidden, hidden) for _ in range(layers - 1)]
            )
            self.last = nn.Linear(hidden, 2)

        def forward(self, x, t):
            return self.last(self.net(torch.hstack((x, t))))

    return Siren()
