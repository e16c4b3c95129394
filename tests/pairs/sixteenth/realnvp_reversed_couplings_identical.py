"""RealNVP for tables, from data to noise: PyTorch keeps scale and shift networks in two lists and walks them backwards,
Keras builds its couplings in the order in which they run and takes the halves apart. Latents and log determinant.
"""

INPUTS = ("6",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class Coupling(layers.Layer):
        def __init__(self, keep_first, **kwargs):
            super().__init__(**kwargs)
            self.keep_first = keep_first
            self.scale = keras.Sequential(
                [
                    layers.Dense(20, activation="relu", name="scale_1"),
                    layers.Dense(20, activation="relu", name="scale_2"),
                    layers.Dense(6, activation="tanh", name="scale_3"),
                ],
                name="scale",
            )
            self.shift = keras.Sequential(
                [
                    layers.Dense(20, activation="relu", name="shift_1"),
                    layers.Dense(20, activation="relu", name="shift_2"),
                    layers.Dense(6, name="shift_3"),
                ],
                name="shift",
            )

        def build(self, shape):
            self.scale.build(shape)
            self.shift.build(shape)

        def call(self, x):
            a, b = ops.split(x, 2, axis=-1)
            nothing = ops.zeros_like(a)
            if self.keep_first:
                seen = ops.concatenate([a, nothing], axis=-1)
                s, t = self.scale(seen)[:, 3:], self.shift(seen)[:, 3:]
                y = ops.concatenate([a, (b - t) * ops.exp(-s)], axis=-1)
            else:
                seen = ops.concatenate([nothing, b], axis=-1)
                s, t = self.scale(seen)[:, :3], self.shift(seen)[:, :3]
                y = ops.concatenate([(a - t) * ops.exp(-s), b], axis=-1)
            return y, -ops.sum(s, axis=-1)

    x = rows = keras.Input((6,))
    logs = []
    for i in range(4):
        x, log = Coupling(i % 2 == 0, name=f"coupling_{i}")(x)
        logs.append(log)
    return keras.Model(rows, [x, layers.Add(name="log_det")(logs)])


def torch_model():
    import torch
    from torch import nn

    def nets():
        return nn.Sequential(nn.Linear(6, 20), nn.ReLU(), nn.Linear(20, 20), nn.ReLU(), nn.Linear(20, 6), nn.Tanh())

    def nett():
        return nn.Sequential(nn.Linear(6, 20), nn.ReLU(), nn.Linear(20, 20), nn.ReLU(), nn.Linear(20, 6))

    class RealNVP(nn.Module):
        def __init__(self, masks):
            super().__init__()
            self.register_buffer("mask", masks)
            self.t = nn.ModuleList([nett() for _ in range(len(masks))])
            self.s = nn.ModuleList([nets() for _ in range(len(masks))])

        def forward(self, x):
            log_det_J, z = x.new_zeros(x.shape[0]), x
            for i in reversed(range(len(self.t))):
                z_ = self.mask[i] * z
                s = self.s[i](z_) * (1 - self.mask[i])
                t = self.t[i](z_) * (1 - self.mask[i])
                z = (1 - self.mask[i]) * (z - t) * torch.exp(-s) + z_
                log_det_J = log_det_J - s.sum(dim=1)
            return z, log_det_J

    return RealNVP(torch.tensor([[0.0, 0.0, 0.0, 1.0, 1.0, 1.0], [1.0, 1.0, 1.0, 0.0, 0.0, 0.0]] * 2))
