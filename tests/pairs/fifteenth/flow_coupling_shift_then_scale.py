"""Normalising flow for tabular density estimation, affine couplings with log-determinant: the Keras port scales and
then shifts as Real NVP does, the PyTorch source shifts first as Glow does.
"""

INPUTS = ("8",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["wiring-other", "join-other"],
            "keras": ["coupling_0", "coupling_0/*"],
            "torch": ["flows.0", "flows.0.*", "add*", "mul*", "exp*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class AffineCoupling(layers.Layer):
        def __init__(self, hidden, **kwargs):
            super().__init__(**kwargs)
            self.hidden = hidden

        def build(self, shape):
            half = shape[-1] // 2
            self.scale_net = keras.Sequential(
                [
                    layers.Dense(self.hidden, activation="relu", name="s_hidden"),
                    layers.Dense(half, activation="tanh", name="s_out"),
                ],
                name="scale_net",
            )
            self.shift_net = keras.Sequential(
                [layers.Dense(self.hidden, activation="relu", name="t_hidden"), layers.Dense(half, name="t_out")],
                name="shift_net",
            )
            self.scale_net.build((None, half))
            self.shift_net.build((None, half))

        def call(self, x):
            kept, moved = ops.split(x, 2, axis=-1)
            s, t = self.scale_net(kept), self.shift_net(kept)
            moved = moved * ops.exp(s) + t
            return ops.concatenate([kept, moved], axis=-1), ops.sum(s, axis=-1, keepdims=True)

    x = inputs = keras.Input((8,))
    log_det = None
    for i in range(3):
        x, ld = AffineCoupling(16, name=f"coupling_{i}")(x)
        log_det = ld if log_det is None else log_det + ld
        x = ops.flip(x, axis=-1)
    return keras.Model(inputs, [x, log_det])


def torch_model():
    import torch
    from torch import nn

    class Coupling(nn.Module):
        def __init__(self, dim, hidden):
            super().__init__()
            self.half = dim // 2
            self.t = nn.Sequential(nn.Linear(self.half, hidden), nn.ReLU(), nn.Linear(hidden, self.half))
            self.s = nn.Sequential(nn.Linear(self.half, hidden), nn.ReLU(), nn.Linear(hidden, self.half), nn.Tanh())

        def forward(self, x):
            x_a, x_b = x.chunk(2, dim=1)
            log_s = self.s(x_a)
            y_b = (x_b + self.t(x_a)) * log_s.exp()
            return torch.cat([x_a, y_b], dim=1), log_s.sum(1, keepdim=True)

    class Flow(nn.Module):
        def __init__(self, dim=8, hidden=16, n=3):
            super().__init__()
            self.flows = nn.ModuleList(Coupling(dim, hidden) for _ in range(n))
            self.perm = list(range(dim))[::-1]

        def forward(self, z):
            logdet = z.new_zeros(z.shape[0], 1)
            for flow in self.flows:
                z, ld = flow(z)
                logdet = logdet + ld
                z = z[:, self.perm]
            return z, logdet

    return Flow()
