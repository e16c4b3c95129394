"""Kolmogorov-Arnold network: cubic B-splines by the closed formula of the uniform grid in Keras and by the recursion
over knots, which are a buffer, in PyTorch.
"""

INPUTS = ("5",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    class SplineDense(layers.Layer):
        def __init__(self, units, intervals=4, low=-1.0, high=1.0, **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self.step = (high - low) / intervals
            self.centres = low + self.step * (np.arange(intervals + 3) - 1)
            self.base = layers.Dense(units, use_bias=False, name="base")

        def build(self, shape):
            self.base.build(shape)
            self.spline = self.add_weight(shape=(shape[-1], len(self.centres), self.units), name="spline")

        def call(self, x):
            centres = ops.convert_to_tensor(self.centres, dtype=x.dtype)
            u = ops.absolute(ops.expand_dims(x, -1) - centres) / self.step
            near, far = 2 / 3 - u**2 + u**3 / 2, (2 - u) ** 3 / 6
            bases = ops.where(u < 1, near, ops.where(u < 2, far, ops.zeros_like(u)))
            return self.base(ops.silu(x)) + ops.einsum("...ig,igo->...o", bases, self.spline)

    return keras.Sequential([keras.Input((5,)), SplineDense(8, name="first"), SplineDense(2, name="second")])


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class KANLinear(nn.Module):
        def __init__(self, in_features, out_features, grid_size=4, spline_order=3, grid_range=(-1, 1)):
            super().__init__()
            self.spline_order = spline_order
            h = (grid_range[1] - grid_range[0]) / grid_size
            knots = torch.arange(-spline_order, grid_size + spline_order + 1) * h + grid_range[0]
            self.register_buffer("grid", knots.expand(in_features, -1).contiguous())
            self.base_weight = nn.Parameter(torch.randn(out_features, in_features) * 0.3)
            self.spline_weight = nn.Parameter(torch.randn(out_features, in_features, grid_size + spline_order) * 0.1)

        def b_splines(self, x):
            x, grid = x.unsqueeze(-1), self.grid
            bases = ((x >= grid[:, :-1]) & (x < grid[:, 1:])).to(x.dtype)
            for k in range(1, self.spline_order + 1):
                rising = (x - grid[:, : -(k + 1)]) / (grid[:, k:-1] - grid[:, : -(k + 1)])
                falling = (grid[:, k + 1 :] - x) / (grid[:, k + 1 :] - grid[:, 1:-k])
                bases = rising * bases[..., :-1] + falling * bases[..., 1:]
            return bases

        def forward(self, x):
            spline = F.linear(self.b_splines(x).flatten(-2), self.spline_weight.flatten(1))
            return F.linear(F.silu(x), self.base_weight) + spline

    class KAN(nn.Module):
        def __init__(self, layers_hidden=(5, 8, 2)):
            super().__init__()
            self.layers = nn.ModuleList(
                KANLinear(a, b) for a, b in zip(layers_hidden[:-1], layers_hidden[1:], strict=True)
            )

        def forward(self, x):
            for layer in self.layers:
                x = layer(x)
            return x

    return KAN()
