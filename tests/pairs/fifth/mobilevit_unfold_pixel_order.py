"""MobileViT block from the Keras example next to a PyTorch port. Attention must run over patches, one sequence for each
pixel of the 2x2 window. The PyTorch side folds with einops-like views and lets the pixels of one patch attend.
"""

INPUTS = ("16x16x8",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["permute-axes", "reshape-order", "patch-feature-order", "wiring-other"],
            "keras": ["unfold*", "transformer_0*", "*attention*", "norm*", "reshape*", "transpose*"],
            "torch": ["", "transformer*", "reshape*", "permute*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    def conv(x, n, k, name):
        x = layers.Conv2D(n, k, padding="same", use_bias=False, name=name)(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn")(x)
        return layers.Activation("swish", name=f"{name}_act")(x)

    def unfold(x, p=2):
        _, h, w, c = x.shape
        x = ops.reshape(x, (-1, h // p, p, w // p, p, c))
        x = ops.transpose(x, (0, 2, 4, 1, 3, 5))
        return ops.reshape(x, (-1, p * p, h * w // p**2, c))

    def fold(x, h, w, p=2):
        x = ops.reshape(x, (-1, p, p, h // p, w // p, x.shape[-1]))
        return ops.reshape(ops.transpose(x, (0, 3, 1, 4, 2, 5)), (-1, h, w, x.shape[-1]))

    image = keras.Input((16, 16, 8))
    local = conv(conv(image, 8, 3, "local_3x3"), 12, 1, "local_1x1")
    x = layers.Lambda(unfold, name="unfold")(local)
    x = ops.reshape(x, (-1, 64, 12))
    for i in range(2):
        y = layers.LayerNormalization(epsilon=1e-5, name=f"norm1_{i}")(x)
        x = layers.Add(name=f"add1_{i}")([x, layers.MultiHeadAttention(2, 6, name=f"attention_{i}")(y, y)])
        y = layers.LayerNormalization(epsilon=1e-5, name=f"norm2_{i}")(x)
        y = layers.Dense(12, name=f"down_{i}")(layers.Dense(24, activation="swish", name=f"up_{i}")(y))
        x = layers.Add(name=f"add2_{i}")([x, y])
    x = layers.LayerNormalization(epsilon=1e-5, name="norm")(ops.reshape(x, (-1, 4, 64, 12)))
    x = layers.Lambda(lambda t: fold(t, 16, 16), name="fold")(x)
    x = conv(x, 8, 1, "project")
    x = layers.Concatenate(name="join")([image, x])
    return keras.Model(image, conv(x, 8, 3, "fuse"))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    def conv(i, o, k):
        return nn.Sequential(nn.Conv2d(i, o, k, padding=k // 2, bias=False), nn.BatchNorm2d(o), nn.SiLU())

    class Layer(nn.Module):
        def __init__(self, d, heads, inner):
            super().__init__()
            self.heads = heads
            self.norm1, self.norm2 = nn.LayerNorm(d), nn.LayerNorm(d)
            self.q, self.k, self.v, self.o = (nn.Linear(d, d) for _ in range(4))
            self.up, self.down = nn.Linear(d, inner), nn.Linear(inner, d)

        def forward(self, x):
            y = self.norm1(x)
            q, k, v = (f(y).unflatten(-1, (self.heads, -1)).transpose(1, 2) for f in (self.q, self.k, self.v))
            x = x + self.o(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2))
            return x + self.down(F.silu(self.up(self.norm2(x))))

    class MobileViTBlock(nn.Module):
        def __init__(self, i, d):
            super().__init__()
            self.local_rep = nn.Sequential(conv(i, i, 3), conv(i, d, 1))
            self.transformer = nn.Sequential(Layer(d, 2, 2 * d), Layer(d, 2, 2 * d))
            self.norm = nn.LayerNorm(d)
            self.conv_proj, self.fusion = conv(d, i, 1), conv(2 * i, i, 3)

        def forward(self, x):
            y = self.local_rep(x)
            b, d, h, w = y.shape
            y = y.view(b, d, h // 2, 2, w // 2, 2).permute(0, 2, 4, 3, 5, 1)
            y = self.transformer(y.reshape(-1, 4, d))
            y = self.norm(y).view(b, h // 2, w // 2, 2, 2, d)
            y = y.permute(0, 5, 1, 3, 2, 4).reshape(b, d, h, w)
            return self.fusion(torch.cat([x, self.conv_proj(y)], 1))

    return MobileViTBlock(8, 12)
