"""CapsNet with two rounds of dynamic routing; einsum in Keras, broadcast matmul in PyTorch."""

INPUTS = ("12x12x1",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    def squash(s, axis=-1):
        n2 = ops.sum(ops.square(s), axis=axis, keepdims=True)
        return (n2 / (1.0 + n2)) * s / ops.sqrt(n2 + 1e-8)

    class DigitCaps(layers.Layer):
        def __init__(self, num_capsule, dim_capsule, routings=2, **kwargs):
            super().__init__(**kwargs)
            self.num_capsule, self.dim_capsule, self.routings = (num_capsule, dim_capsule, routings)

        def build(self, shape):
            self.W = self.add_weight(
                name="W", shape=(self.num_capsule, shape[1], self.dim_capsule, shape[2]), initializer="glorot_uniform"
            )

        def call(self, u):
            u_hat = ops.einsum("jnde,bne->bjnd", self.W, u)
            b = ops.zeros_like(u_hat[..., 0])
            for i in range(self.routings):
                c = ops.softmax(b, axis=1)
                v = squash(ops.sum(c[..., None] * u_hat, axis=2))
                if i < self.routings - 1:
                    b = b + ops.sum(u_hat * v[:, :, None, :], axis=-1)
            return v

    inputs = keras.Input((12, 12, 1))
    x = layers.Conv2D(8, 5, activation="relu", name="conv1")(inputs)
    x = layers.Conv2D(12, 3, strides=2, name="primary")(x)
    x = layers.Reshape((-1, 4), name="primary_caps")(x)
    x = layers.Lambda(squash, name="primary_squash")(x)
    x = DigitCaps(3, 6, name="digit_caps")(x)
    lengths = ops.sqrt(ops.sum(ops.square(x), axis=-1) + 1e-8)
    return keras.Model(inputs, lengths)


def torch_model():
    import torch
    from torch import nn

    def squash(x: torch.Tensor, dim: int = -1) -> torch.Tensor:
        sq = (x**2).sum(dim=dim, keepdim=True)
        return sq / (1 + sq) * (x / torch.sqrt(sq + 1e-8))

    class PrimaryCaps(nn.Module):
        def __init__(self, in_ch, caps, dim):
            super().__init__()
            self.dim = dim
            self.conv = nn.Conv2d(in_ch, caps * dim, kernel_size=3, stride=2)

        def forward(self, x):
            x = self.conv(x).permute(0, 2, 3, 1)
            return squash(x.reshape(x.size(0), -1, self.dim))

    class RoutingCaps(nn.Module):
        def __init__(self, in_caps, in_dim, out_caps, out_dim, iters=2):
            super().__init__()
            self.iters = iters
            self.weight = nn.Parameter(0.1 * torch.randn(1, out_caps, in_caps, out_dim, in_dim))

        def forward(self, x):
            u = torch.matmul(self.weight, x[:, None, :, :, None]).squeeze(-1)
            logits = x.new_zeros(x.size(0), u.size(1), u.size(2), 1)
            for it in range(self.iters):
                probs = logits.softmax(dim=1)
                out = squash((probs * u).sum(dim=2, keepdim=True))
                if it != self.iters - 1:
                    logits = logits + (u * out).sum(dim=-1, keepdim=True)
            return out.squeeze(2)

    class CapsNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.features = nn.Sequential(nn.Conv2d(1, 8, 5), nn.ReLU(inplace=True))
            self.primary = PrimaryCaps(8, 3, 4)
            self.digits = RoutingCaps(3 * 3 * 3, 4, 3, 6)

        def forward(self, x):
            caps = self.digits(self.primary(self.features(x)))
            return torch.sqrt((caps**2).sum(-1) + 1e-8)

    return CapsNet()
