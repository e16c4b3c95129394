"""The sines of the time step begin with another base."""

INPUTS = ("8x8x4", "1")
TRUTH = {"identical": False, "causes": [{"rules": ["position-table", "scale-other"], "keras": ["*"], "torch": ["*"]}]}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    x = keras.Input((8, 8, 4), name="x")
    t = keras.Input((1,), name="t")
    f = ops.exp(-np.log(10000.0) * ops.arange(0, 4, dtype="float32") / 4.0)
    e = t * ops.cast(f, t.dtype)[None]
    e = ops.concatenate([ops.sin(e), ops.cos(e)], axis=-1)
    e = layers.Dense(16, activation="silu", name="t0")(e)
    e = layers.Dense(16, name="t1")(e)
    h = layers.GroupNormalization(2, epsilon=1e-5, name="n0")(x)
    h = layers.Conv2D(8, 3, padding="same", name="c0")(ops.silu(h))
    ss = layers.Reshape((1, 1, 16), name="r")(e)
    s, b = ops.split(ss, 2, axis=-1)
    h = layers.GroupNormalization(4, epsilon=1e-5, name="n1")(h) * (1 + s) + b
    h = layers.Conv2D(8, 3, padding="same", name="c1")(ops.silu(h))
    y = h + layers.Conv2D(8, 1, name="skip")(x)
    return keras.Model([x, t], y)


def torch_model():
    import math

    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.t0, self.t1 = nn.Linear(8, 16), nn.Linear(16, 16)
            self.n0, self.n1 = nn.GroupNorm(2, 4), nn.GroupNorm(4, 8)
            self.c0, self.c1, self.skip = (
                nn.Conv2d(4, 8, 3, padding=1),
                nn.Conv2d(8, 8, 3, padding=1),
                nn.Conv2d(4, 8, 1),
            )

        def forward(self, x, t):
            f = torch.exp(-math.log(1000.0) * torch.arange(4, dtype=torch.float32) / 4).to(x.dtype)
            e = t * f
            e = torch.cat([e.sin(), e.cos()], -1)
            e = self.t1(F.silu(self.t0(e)))
            h = self.c0(F.silu(self.n0(x)))
            s, b = e[:, :, None, None].chunk(2, 1)
            h = self.n1(h) * (1 + s) + b
            return self.c1(F.silu(h)) + self.skip(x)

    return Net()
