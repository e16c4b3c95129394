"""Keypoints by a soft argmax; the grid of the one side is listed by rows, that of the other by columns."""

INPUTS = ("9x9x2",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["position-table", "concat-order"],
            "keras": ["einsum*", "*"],
            "torch": ["mul*", "sum*", "stack*", ""],
        }
    ],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    x = inputs = keras.Input((9, 9, 2))
    x = layers.Conv2D(5, 3, name="c")(x)
    p = ops.softmax(ops.reshape(x, (-1, 49, 5)), axis=1)
    grid = np.stack(np.meshgrid(np.linspace(-1, 1, 7), np.linspace(-1, 1, 7)), -1).reshape(49, 2)
    xy = ops.einsum("bpk,pd->bkd", p, ops.cast(grid, p.dtype))
    return keras.Model(inputs, layers.Dense(4, name="out")(layers.Flatten()(xy)))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.c, self.out = nn.Conv2d(2, 5, 3), nn.Linear(10, 4)
            xs, ys = torch.meshgrid(
                torch.linspace(-1, 1, 7, dtype=torch.float64),
                torch.linspace(-1, 1, 7, dtype=torch.float64),
                indexing="ij",
            )
            self.register_buffer("xs", xs.reshape(-1))
            self.register_buffer("ys", ys.reshape(-1))

        def forward(self, x):
            h = self.c(x)
            p = F.softmax(h.flatten(2), dim=-1)
            ex, ey = (p * self.xs.to(p)).sum(-1), (p * self.ys.to(p)).sum(-1)
            return self.out(torch.stack([ex, ey], -1).flatten(1))

    return Net()
