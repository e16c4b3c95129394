"""Capsule network with dynamic routing: the coupling coefficients are a softmax over the output capsules in Keras, as
in the paper, and over the input capsules in PyTorch.
"""

INPUTS = ("16x16x1",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["softmax-axis"],
            "keras": ["digit_caps", "digit_caps/*"],
            "torch": ["digit_capsules", "digit_capsules.*", "softmax*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    def squash(v):
        squared = ops.sum(ops.square(v), axis=-1, keepdims=True)
        return squared / (1.0 + squared) * v / ops.sqrt(squared + 1e-8)

    class CapsuleLayer(layers.Layer):
        def __init__(self, capsules, width, routings=3, **kwargs):
            super().__init__(**kwargs)
            self.capsules, self.width, self.routings = capsules, width, routings

        def build(self, shape):
            self.w = self.add_weight(
                shape=(shape[1], self.capsules, self.width, shape[2]), initializer="glorot_uniform", name="w"
            )

        def call(self, u):
            votes = ops.einsum("bid,ijcd->bijc", u, self.w)
            logits = ops.zeros_like(votes[..., 0])
            for i in range(self.routings):
                coupling = ops.softmax(logits, axis=2)
                v = squash(ops.einsum("bij,bijc->bjc", coupling, votes))
                if i < self.routings - 1:
                    logits = logits + ops.einsum("bijc,bjc->bij", votes, v)
            return v

    class Length(layers.Layer):
        def call(self, x):
            return ops.sqrt(ops.sum(ops.square(x), axis=-1) + 1e-8)

    image = keras.Input((16, 16, 1))
    x = layers.Conv2D(12, 5, activation="relu", name="conv1")(image)
    x = layers.Conv2D(16, 5, strides=2, name="primary_conv")(x)
    x = layers.Reshape((-1, 4), name="primary_caps")(x)
    x = layers.Lambda(squash, name="primary_squash")(x)
    x = CapsuleLayer(5, 8, name="digit_caps")(x)
    return keras.Model(image, Length(name="length")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    def squash(s, eps=1e-8):
        n2 = (s**2).sum(dim=-1, keepdim=True)
        return n2 / (1 + n2) * (s / (n2 + eps).sqrt())

    class PrimaryCapsules(nn.Module):
        def __init__(self, in_channels, capsules, dim):
            super().__init__()
            self.dim = dim
            self.conv = nn.Conv2d(in_channels, capsules * dim, 5, stride=2)

        def forward(self, x):
            out = self.conv(x).permute(0, 2, 3, 1)
            return squash(out.reshape(out.size(0), -1, self.dim))

    class DigitCapsules(nn.Module):
        def __init__(self, num_routes, in_dim, num_capsules, out_dim, routing_iters=3):
            super().__init__()
            self.routing_iters = routing_iters
            self.W = nn.Parameter(0.1 * torch.randn(num_routes, num_capsules, out_dim, in_dim))

        def forward(self, x):
            u_hat = (self.W @ x[:, :, None, :, None]).squeeze(-1)
            b = x.new_zeros(*u_hat.shape[:3], 1)
            for it in range(self.routing_iters):
                c = F.softmax(b, dim=1)
                v = squash((c * u_hat).sum(dim=1, keepdim=True))
                if it + 1 < self.routing_iters:
                    b = b + (u_hat * v).sum(-1, keepdim=True)
            return v.squeeze(1)

    class CapsNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(1, 12, 5)
            self.primary_capsules = PrimaryCapsules(12, 4, 4)
            self.digit_capsules = DigitCapsules(4 * 4 * 4, 4, 5, 8)

        def forward(self, x):
            x = self.digit_capsules(self.primary_capsules(F.relu(self.conv(x))))
            return (x.pow(2).sum(-1) + 1e-8).sqrt()

    return CapsNet()
