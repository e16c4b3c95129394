"""MobileViT block: in Keras one Reshape cuts the map into patches, as the widely copied example does it; the PyTorch
port unfolds 2x2 windows, so that attention joins the pixels at one place of every window.
"""

INPUTS = ("32x32x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["reshape-order", "patch-feature-order"],
            "keras": ["unfold"],
            "torch": ["mvit", "mvit.unfolding*", "reshape*", "transpose*", "permute*", "view*", "mvit.reshape*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    patch, dim, heads = 2, 24, 4

    def conv(x, filters, size, name, strides=1):
        if strides == 2:
            x = layers.ZeroPadding2D(1)(x)
        padding = "same" if strides == 1 else "valid"
        x = layers.Conv2D(filters, size, strides=strides, padding=padding, use_bias=False, name=name)(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn")(x)
        return layers.Activation("silu", name=f"{name}_act")(x)

    class SelfAttention(layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.qkv = layers.Dense(3 * dim, name="qkv")
            self.out = layers.Dense(dim, name="out")

        def call(self, x):
            _, pixels, patches, _ = x.shape
            y = ops.reshape(self.qkv(x), (-1, pixels, patches, 3, heads, dim // heads))
            q, k, v = y[:, :, :, 0], y[:, :, :, 1], y[:, :, :, 2]
            scores = ops.einsum("bpqhd,bpkhd->bphqk", q, k) / (dim // heads) ** 0.5
            y = ops.einsum("bphqk,bpkhd->bpqhd", ops.softmax(scores), v)
            return self.out(ops.reshape(y, (-1, pixels, patches, dim)))

    image = keras.Input((32, 32, 3))
    x = conv(image, 16, 3, "stem", strides=2)
    x = conv(x, 16, 3, "down", strides=2)
    local = conv(x, 16, 3, "local")
    local = layers.Conv2D(dim, 1, use_bias=False, name="lift")(local)
    count = local.shape[1] * local.shape[2] // patch**2
    x1 = layers.Reshape((patch**2, count, dim), name="unfold")(local)
    for i in range(2):
        y = layers.LayerNormalization(epsilon=1e-5, name=f"norm{i}a")(x1)
        x1 = layers.Add()([x1, SelfAttention(name=f"attention{i}")(y)])
        y = layers.LayerNormalization(epsilon=1e-5, name=f"norm{i}b")(x1)
        y = layers.Dense(2 * dim, activation="silu", name=f"mlp{i}a")(y)
        x1 = layers.Add()([x1, layers.Dense(dim, name=f"mlp{i}b")(y)])
    x1 = layers.LayerNormalization(epsilon=1e-5, name="norm")(x1)
    x1 = layers.Reshape(local.shape[1:], name="fold")(x1)
    x1 = conv(x1, 16, 1, "lower")
    x = conv(layers.Concatenate(name="join")([x, x1]), 16, 3, "fuse")
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(5, name="classes")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    def conv_nxn_bn(inp, oup, k=3, stride=1):
        return nn.Sequential(nn.Conv2d(inp, oup, k, stride, k // 2, bias=False), nn.BatchNorm2d(oup), nn.SiLU())

    class Attention(nn.Module):
        def __init__(self, dim, heads):
            super().__init__()
            self.heads = heads
            self.norm = nn.LayerNorm(dim)
            self.to_qkv = nn.Linear(dim, 3 * dim)
            self.to_out = nn.Linear(dim, dim)

        def forward(self, x):
            b, n, c = x.shape
            qkv = self.to_qkv(self.norm(x)).view(b, n, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
            y = F.scaled_dot_product_attention(*qkv.unbind(0))
            return self.to_out(y.transpose(1, 2).reshape(b, n, c))

    class Transformer(nn.Module):
        def __init__(self, dim, depth, heads):
            super().__init__()
            self.layers = nn.ModuleList(
                nn.ModuleList(
                    [
                        Attention(dim, heads),
                        nn.Sequential(nn.LayerNorm(dim), nn.Linear(dim, 2 * dim), nn.SiLU(), nn.Linear(2 * dim, dim)),
                    ]
                )
                for _ in range(depth)
            )
            self.norm = nn.LayerNorm(dim)

        def forward(self, x):
            for attention, ff in self.layers:
                x = x + attention(x)
                x = x + ff(x)
            return self.norm(x)

    class MobileViTBlock(nn.Module):
        def __init__(self, channel, dim, patch=2):
            super().__init__()
            self.patch = patch
            self.conv1 = conv_nxn_bn(channel, channel)
            self.conv2 = nn.Conv2d(channel, dim, 1, bias=False)
            self.transformer = Transformer(dim, 2, 4)
            self.conv3 = conv_nxn_bn(dim, channel, 1)
            self.conv4 = conv_nxn_bn(2 * channel, channel)

        def forward(self, x):
            y = self.conv2(self.conv1(x))
            b, d, h, w = y.shape
            p = self.patch
            y = y.reshape(b * d * (h // p), p, w // p, p).transpose(1, 2)
            y = y.reshape(b, d, h * w // p**2, p * p).transpose(1, 3).reshape(b * p * p, -1, d)
            y = self.transformer(y)
            y = y.reshape(b, p * p, -1, d).transpose(1, 3)
            y = y.reshape(b * d * (h // p), w // p, p, p).transpose(1, 2).reshape(b, d, h, w)
            return self.conv4(torch.cat((x, self.conv3(y)), 1))

    class MobileViT(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Sequential(conv_nxn_bn(3, 16, stride=2), conv_nxn_bn(16, 16, stride=2))
            self.mvit = MobileViTBlock(16, 24)
            self.fc = nn.Linear(16, 5)

        def forward(self, x):
            return self.fc(self.mvit(self.stem(x)).mean((2, 3)))

    return MobileViT()
