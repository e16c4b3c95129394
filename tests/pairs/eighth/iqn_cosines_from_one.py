"""Implicit quantile network: state and five fractions in, quantile values of every action out. The cosines run over
i = 1 to n as in Dopamine, the PyTorch repository follows the paper with 0 to n - 1.
"""

INPUTS = ("6", "5")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["position-table", "position-offset", "wiring-other"],
            "keras": ["cosines", "phi"],
            "torch": ["cos*", "mul*", "phi*", ""],
        }
    ],
}


def keras_model():
    import math

    import keras
    from keras import layers, ops

    class Cosines(layers.Layer):
        def __init__(self, n, **kwargs):
            super().__init__(**kwargs)
            self.n = n

        def call(self, taus):
            return ops.stack([ops.cos(taus * (math.pi * i)) for i in range(1, self.n + 1)], axis=-1)

    state = keras.Input((6,), name="a_state")
    taus = keras.Input((5,), name="b_taus")
    psi = layers.Dense(16, activation="relu", name="psi")(state)
    phi = layers.Dense(16, activation="relu", name="phi")(Cosines(12, name="cosines")(taus))
    x = layers.Multiply(name="merged")([layers.Reshape((1, 16))(psi), phi])
    x = layers.Dense(20, activation="relu", name="hidden")(x)
    return keras.Model([state, taus], layers.Dense(3, name="quantiles")(x))


def torch_model():
    import math

    import torch
    from torch import nn

    class IQN(nn.Module):
        def __init__(self, state_size=6, action_size=3, layer_size=16, n_cos=12):
            super().__init__()
            self.n_cos = n_cos
            self.head = nn.Sequential(nn.Linear(state_size, layer_size), nn.ReLU())
            self.phi = nn.Sequential(nn.Linear(n_cos, layer_size), nn.ReLU())
            self.ff = nn.Sequential(nn.Linear(layer_size, 20), nn.ReLU(), nn.Linear(20, action_size))

        def forward(self, state, taus):
            i = torch.arange(self.n_cos, device=taus.device).to(taus.dtype)
            cos = torch.cos(taus.unsqueeze(-1) * (math.pi * i))
            x = torch.einsum("bd,btd->btd", self.head(state), self.phi(cos))
            return self.ff(x)

    return IQN()
