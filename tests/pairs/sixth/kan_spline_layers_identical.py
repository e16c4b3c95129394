"""Kolmogorov-Arnold network. PyTorch: efficient-kan (recursion of Cox and de Boor, base and spline weight, scaler),
Keras: my layer with the cubic B-spline in closed form, since the grid is uniform. inputs go through tanh first, so
they stay inside.
"""

INPUTS = ("5",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    class SplineDense(layers.Layer):
        def __init__(self, units, cells=5, **kwargs):
            super().__init__(**kwargs)
            self.units, self.cells = units, cells
            self.centres = np.arange(cells + 3) - 1.0  # in cells, counted from the left end of the grid

        def build(self, shape):
            size = shape[-1]
            self.scale = self.add_weight(shape=(size, self.units), initializer="ones", name="scale")
            self.coefficients = self.add_weight(
                shape=(size, self.cells + 3, self.units), initializer="random_normal", name="coefficients"
            )
            self.residual = self.add_weight(shape=(size, self.units), initializer="glorot_uniform", name="residual")

        def call(self, x):
            place = (x[..., None] + 1.0) * (self.cells / 2.0)
            far = ops.abs(place - ops.cast(self.centres, x.dtype))
            near = 2.0 / 3.0 - far * far * (1.0 - far / 2.0)
            tail = (2.0 - far) ** 3 / 6.0
            basis = ops.where(far < 1.0, near, ops.where(far < 2.0, tail, 0.0))
            weighted = self.coefficients * self.scale[:, None, :]
            return ops.einsum("...ik,iko->...o", basis, weighted) + ops.silu(x) @ self.residual

    return keras.Sequential(
        [
            keras.Input((5,)),
            layers.Activation("tanh"),
            SplineDense(6, name="kan_first"),
            layers.Activation("tanh"),
            SplineDense(3, name="kan_second"),
        ]
    )


def torch_model():
    from itertools import pairwise

    import torch
    import torch.nn.functional as F
    from torch import nn

    class KANLinear(nn.Module):
        def __init__(self, in_features, out_features, grid_size=5, spline_order=3):
            super().__init__()
            self.in_features, self.out_features, self.spline_order = in_features, out_features, spline_order
            h = 2 / grid_size
            grid = torch.arange(-spline_order, grid_size + spline_order + 1) * h - 1
            self.register_buffer("grid", grid.expand(in_features, -1).contiguous())
            self.base_weight = nn.Parameter(torch.randn(out_features, in_features) * 0.3)
            self.spline_weight = nn.Parameter(torch.randn(out_features, in_features, grid_size + spline_order) * 0.1)
            self.spline_scaler = nn.Parameter(torch.ones(out_features, in_features))

        def b_splines(self, x):
            grid = self.grid
            x = x.unsqueeze(-1)
            bases = ((x >= grid[:, :-1]) & (x < grid[:, 1:])).to(x.dtype)
            for k in range(1, self.spline_order + 1):
                bases = ((x - grid[:, : -(k + 1)]) / (grid[:, k:-1] - grid[:, : -(k + 1)]) * bases[:, :, :-1]) + (
                    (grid[:, k + 1 :] - x) / (grid[:, k + 1 :] - grid[:, 1:(-k)]) * bases[:, :, 1:]
                )
            return bases.contiguous()

        def forward(self, x):
            base_output = F.linear(F.silu(x), self.base_weight)
            scaled = self.spline_weight * self.spline_scaler.unsqueeze(-1)
            return base_output + F.linear(self.b_splines(x).view(x.size(0), -1), scaled.view(self.out_features, -1))

    class KAN(nn.Module):
        def __init__(self, layers_hidden):
            super().__init__()
            self.layers = nn.ModuleList(KANLinear(a, b) for a, b in pairwise(layers_hidden))

        def forward(self, x):
            for layer in self.layers:
                x = layer(torch.tanh(x))
            return x

    return KAN([5, 6, 3])
