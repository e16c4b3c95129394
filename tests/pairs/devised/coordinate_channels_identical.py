"""Coordinates of the pixels are two more channels."""

INPUTS = ("10x8x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    x = keras.Input((10, 8, 3), name="x")
    ii = ops.broadcast_to(ops.reshape(ops.linspace(-1.0, 1.0, 10), (1, 10, 1, 1)), (1, 10, 8, 1))
    jj = ops.broadcast_to(ops.reshape(ops.linspace(-1.0, 1.0, 8), (1, 1, 8, 1)), (1, 10, 8, 1))
    c = ops.concatenate([ii, jj], axis=-1)
    z = ops.concatenate([x, ops.cast(c, x.dtype) * ops.ones_like(x[..., :1])], axis=-1)
    h = layers.Conv2D(8, 3, padding="same", activation="relu", name="c")(z)
    return keras.Model(x, layers.Dense(3, name="out")(layers.GlobalAveragePooling2D(name="gap")(h)))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.c, self.out = nn.Conv2d(5, 8, 3, padding=1), nn.Linear(8, 3)

        def forward(self, x):
            b, _, h, w = x.shape
            ii = torch.linspace(-1, 1, h, dtype=x.dtype).view(1, 1, h, 1).expand(b, 1, h, w)
            jj = torch.linspace(-1, 1, w, dtype=x.dtype).view(1, 1, 1, w).expand(b, 1, h, w)
            y = F.relu(self.c(torch.cat([x, ii, jj], 1)))
            return self.out(y.mean((2, 3)))

    return Net()
