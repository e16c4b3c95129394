"""MaxViT block: attention in windows, then attention over a dilated grid. The grid partition of my Keras port has the
two axes of the window partition: both attentions are local.
"""

INPUTS = ("32x32x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["permute-axes", "reshape-order", "wiring-other"],
            "keras": ["grid_*", "*reshape*", "*transpose*"],
            "torch": ["grid.*", "grid"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class Partitioned(layers.Layer):
        """Self-attention over parts of the map, norm in front, no bias table."""

        def __init__(self, dim, heads, size, grid, **kwargs):
            super().__init__(**kwargs)
            self.size, self.grid = size, grid
            self.norm = layers.LayerNormalization(epsilon=1e-5, name="norm")
            self.mha = layers.MultiHeadAttention(heads, dim // heads, name="mha")

        def call(self, x):
            h, w, c = x.shape[1:]
            s = self.size
            if self.grid:
                y = ops.reshape(self.norm(x), (-1, s, h // s, s, w // s, c))
                y = ops.transpose(y, (0, 1, 3, 2, 4, 5))
                y = ops.reshape(y, (-1, s * s, c))
                y = ops.reshape(self.mha(y, y), (-1, s, s, h // s, w // s, c))
                y = ops.transpose(y, (0, 1, 3, 2, 4, 5))
            else:
                y = ops.reshape(self.norm(x), (-1, h // s, s, w // s, s, c))
                y = ops.transpose(y, (0, 1, 3, 2, 4, 5))
                y = ops.reshape(y, (-1, s * s, c))
                y = ops.reshape(self.mha(y, y), (-1, h // s, w // s, s, s, c))
                y = ops.transpose(y, (0, 1, 3, 2, 4, 5))
            return x + ops.reshape(y, (-1, h, w, c))

    def feed_forward(x, name):
        y = layers.LayerNormalization(epsilon=1e-5, name=f"{name}_norm")(x)
        y = layers.Dense(32, activation="gelu", name=f"{name}_in")(y)
        return layers.Add(name=f"{name}_add")([x, layers.Dense(16, name=f"{name}_out")(y)])

    images = keras.Input((32, 32, 3))
    x = layers.Conv2D(16, 3, 2, use_bias=False, name="stem")(layers.ZeroPadding2D(1)(images))
    x = layers.Activation("gelu")(layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="stem_norm")(x))
    x = feed_forward(Partitioned(16, 4, 4, grid=False, name="window_attention")(x), "window_ff")
    x = feed_forward(Partitioned(16, 4, 4, grid=True, name="grid_attention")(x), "grid_ff")
    return keras.Model(images, layers.Dense(5, name="head")(layers.GlobalAveragePooling2D()(x)))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Attention(nn.Module):
        def __init__(self, dim, heads):
            super().__init__()
            self.heads = heads
            self.norm = nn.LayerNorm(dim)
            self.to_qkv, self.to_out = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)

        def forward(self, x):  # (..., parts, tokens, channels)
            q, k, v = self.to_qkv(self.norm(x)).unflatten(-1, (3, self.heads, -1)).unbind(-3)
            y = F.scaled_dot_product_attention(*(z.transpose(-2, -3) for z in (q, k, v)))
            return x + self.to_out(y.transpose(-2, -3).flatten(-2))

    class Stage(nn.Module):
        def __init__(self, dim, heads, grid):
            super().__init__()
            self.grid = grid
            self.attention = Attention(dim, heads)
            self.ff = nn.Sequential(nn.LayerNorm(dim), nn.Linear(dim, 32), nn.GELU(), nn.Linear(32, dim))

        def forward(self, x, p=4):
            b, d, h, w = x.shape
            if self.grid:  # b d (p x) (p y) -> b (x y) (p p) d: neighbours of a part lie h / p apart
                x = x.view(b, d, p, h // p, p, w // p).permute(0, 3, 5, 2, 4, 1)
            else:  # b d (x p) (y p) -> b (x y) (p p) d
                x = x.view(b, d, h // p, p, w // p, p).permute(0, 2, 4, 3, 5, 1)
            shape = x.shape
            x = self.attention(x.reshape(b, -1, p * p, d))
            x = (x + self.ff(x)).view(shape)
            x = x.permute(0, 5, 3, 1, 4, 2) if self.grid else x.permute(0, 5, 1, 3, 2, 4)
            return x.reshape(b, d, h, w)

    class MaxViT(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Sequential(nn.Conv2d(3, 16, 3, 2, 1, bias=False), nn.BatchNorm2d(16), nn.GELU())
            self.window, self.grid = Stage(16, 4, False), Stage(16, 4, True)
            self.head = nn.Linear(16, 5)

        def forward(self, x):
            return self.head(torch.mean(self.grid(self.window(self.stem(x))), dim=(2, 3)))

    return MaxViT()
