"""Two MADE blocks of a masked autoregressive flow: z and the logarithm of the determinant. Mine in Keras makes
shift and log scale by two masked layers of their own, the PyTorch one by a single wide layer and chunk; the order
of the variables is reversed between blocks.
"""

INPUTS = ("6",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    hidden = 16
    into = np.arange(1, 7)
    within = np.arange(hidden) % 5 + 1
    mask_in = (within[None, :] >= into[:, None]).astype("float32")
    mask_mid = (within[None, :] >= within[:, None]).astype("float32")
    mask_out = (into[None, :] > within[:, None]).astype("float32")

    class MaskedDense(layers.Dense):
        def __init__(self, units, mask, **kwargs):
            super().__init__(units, **kwargs)
            self.mask = mask

        def call(self, inputs):
            x = ops.matmul(inputs, self.kernel * ops.cast(self.mask, self.kernel.dtype)) + self.bias
            return self.activation(x)

    class Made(layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.first = MaskedDense(hidden, mask_in, activation="relu", name="first")
            self.second = MaskedDense(hidden, mask_mid, activation="relu", name="second")
            self.shift = MaskedDense(6, mask_out, name="shift")
            self.log_scale = MaskedDense(6, mask_out, activation="tanh", name="log_scale")

        def build(self, shape):
            self.first.build(shape)
            for layer in (self.second, self.shift, self.log_scale):
                layer.build((None, hidden))

        def call(self, x):
            h = self.second(self.first(x))
            return self.shift(h), self.log_scale(h)

    class Flow(keras.Model):
        def __init__(self):
            super().__init__()
            self.blocks = [Made(name=f"made_{i}") for i in range(2)]

        def call(self, x):
            log_det = 0.0
            for block in self.blocks:
                mu, alpha = block(x)
                x = (x - mu) * ops.exp(-alpha)
                log_det = log_det - ops.sum(alpha, axis=-1)
                x = ops.flip(x, axis=-1)
            return {"z": x, "log_det": log_det}

    return Flow()


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class MaskedLinear(nn.Linear):
        def __init__(self, degrees_in, degrees_out, strict=False):
            super().__init__(len(degrees_in), len(degrees_out))
            grid = degrees_out[:, None] > degrees_in if strict else degrees_out[:, None] >= degrees_in
            self.register_buffer("mask", grid.to(self.weight.dtype))

        def forward(self, x):
            return F.linear(x, self.mask * self.weight, self.bias)

    class MADE(nn.Module):
        def __init__(self, dim, width):
            super().__init__()
            d, h = torch.arange(dim) + 1, torch.arange(width) % (dim - 1) + 1
            self.net = nn.Sequential(
                MaskedLinear(d, h), nn.ReLU(), MaskedLinear(h, h), nn.ReLU(), MaskedLinear(h, torch.cat((d, d)), True)
            )

        def forward(self, x):
            m, loga = self.net(x).chunk(2, dim=1)
            loga = torch.tanh(loga)
            return (x - m) * torch.exp(-loga), -loga.sum(1)

    class MAF(nn.Module):
        def __init__(self):
            super().__init__()
            self.flows = nn.ModuleList([MADE(6, 16), MADE(6, 16)])

        def forward(self, x):
            total = x.new_zeros(len(x))
            for made in self.flows:
                x, log_det = made(x)
                x = x.flip(1)
                total += log_det
            return {"z": x, "log_det": total}

    return MAF()
