"""XCiT: attention between channels with unit queries and keys and a learned temperature, then local patch interaction
(two depthwise convolutions with GELU and batch norm) and a feed-forward part, each scaled by gamma.
"""

INPUTS = ("32x32x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class XCABlock(layers.Layer):
        def __init__(self, dim=16, heads=4, grid=4, **kwargs):
            super().__init__(**kwargs)
            self.dim, self.heads, self.grid = dim, heads, grid
            self.norms = [layers.LayerNormalization(epsilon=1e-6, name=f"norm{i}") for i in (1, 2, 3)]
            self.q, self.k, self.v = (layers.Dense(dim, name=n) for n in ("query", "key", "value"))
            self.proj = layers.Dense(dim, name="proj")
            self.local1 = layers.DepthwiseConv2D(3, padding="same", activation="gelu", name="local1")
            self.local_norm = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="local_norm")
            self.local2 = layers.DepthwiseConv2D(3, padding="same", name="local2")
            self.fc1, self.fc2 = layers.Dense(2 * dim, activation="gelu", name="fc1"), layers.Dense(dim, name="fc2")

        def build(self, shape):
            self.temperature = self.add_weight(shape=(self.heads, 1, 1), initializer="ones", name="temperature")
            self.gammas = [self.add_weight(shape=(self.dim,), initializer="ones", name=f"gamma{i}") for i in (1, 2, 3)]

        def attend(self, x):
            n, c = x.shape[1], self.dim // self.heads

            def heads(z):  # (B, heads, channels, tokens)
                return ops.transpose(ops.reshape(z, (-1, n, self.heads, c)), (0, 2, 3, 1))

            def unit(z):
                return z / ops.maximum(ops.sqrt(ops.sum(ops.square(z), axis=-1, keepdims=True)), 1e-12)

            q, k, v = unit(heads(self.q(x))), unit(heads(self.k(x))), heads(self.v(x))
            weights = ops.softmax(ops.einsum("bhct,bhdt->bhcd", q, k) * self.temperature, axis=-1)
            y = ops.einsum("bhcd,bhdt->bthc", weights, v)
            return self.proj(ops.reshape(y, (-1, n, self.dim)))

        def local(self, x, training):
            y = ops.reshape(x, (-1, self.grid, self.grid, self.dim))
            y = self.local2(self.local_norm(self.local1(y), training=training))
            return ops.reshape(y, (-1, self.grid**2, self.dim))

        def call(self, x, training=None):
            x = x + self.gammas[0] * self.attend(self.norms[0](x))
            x = x + self.gammas[2] * self.local(self.norms[2](x), training)
            return x + self.gammas[1] * self.fc2(self.fc1(self.norms[1](x)))

    images = keras.Input((32, 32, 3))
    x = layers.Conv2D(16, 8, 8, name="patches")(images)
    x = layers.Reshape((16, 16))(x)
    for i in range(2):
        x = XCABlock(name=f"block_{i}")(x)
    x = layers.LayerNormalization(epsilon=1e-6, name="norm")(x)
    return keras.Model(images, layers.Dense(4, name="head")(layers.GlobalAveragePooling1D()(x)))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class XCA(nn.Module):
        def __init__(self, dim, num_heads):
            super().__init__()
            self.num_heads = num_heads
            self.temperature = nn.Parameter(torch.ones(num_heads, 1, 1))
            self.qkv, self.proj = nn.Linear(dim, dim * 3), nn.Linear(dim, dim)

        def forward(self, x):
            B, N, C = x.shape
            qkv = self.qkv(x).reshape(B, N, 3, self.num_heads, C // self.num_heads).permute(2, 0, 3, 4, 1)
            q, k, v = qkv.unbind(0)
            q, k = F.normalize(q, dim=-1), F.normalize(k, dim=-1)
            attn = ((q @ k.transpose(-2, -1)) * self.temperature).softmax(dim=-1)
            return self.proj((attn @ v).permute(0, 3, 1, 2).reshape(B, N, C))

    class LPI(nn.Module):
        def __init__(self, dim):
            super().__init__()
            self.conv1 = nn.Conv2d(dim, dim, 3, padding=1, groups=dim)
            self.act, self.bn = nn.GELU(), nn.BatchNorm2d(dim)
            self.conv2 = nn.Conv2d(dim, dim, 3, padding=1, groups=dim)

        def forward(self, x, H, W):
            B, N, C = x.shape
            x = x.permute(0, 2, 1).reshape(B, C, H, W)
            return self.conv2(self.bn(self.act(self.conv1(x)))).reshape(B, C, N).permute(0, 2, 1)

    class XCABlock(nn.Module):
        def __init__(self, dim, heads):
            super().__init__()
            self.norm1, self.norm2, self.norm3 = (nn.LayerNorm(dim, eps=1e-6) for _ in range(3))
            self.attn, self.local_mp = XCA(dim, heads), LPI(dim)
            self.mlp = nn.Sequential(nn.Linear(dim, 2 * dim), nn.GELU(), nn.Linear(2 * dim, dim))
            self.gamma1, self.gamma2, self.gamma3 = (nn.Parameter(torch.ones(dim)) for _ in range(3))

        def forward(self, x, H, W):
            x = x + self.gamma1 * self.attn(self.norm1(x))
            x = x + self.gamma3 * self.local_mp(self.norm3(x), H, W)
            return x + self.gamma2 * self.mlp(self.norm2(x))

    class XCiT(nn.Module):
        def __init__(self):
            super().__init__()
            self.patch_embed = nn.Conv2d(3, 16, 8, 8)
            self.blocks = nn.ModuleList([XCABlock(16, 4) for _ in range(2)])
            self.norm, self.head = nn.LayerNorm(16, eps=1e-6), nn.Linear(16, 4)

        def forward(self, x):
            x = self.patch_embed(x)
            H, W = x.shape[-2:]
            x = x.flatten(2).transpose(1, 2)
            for block in self.blocks:
                x = block(x, H, W)
            return self.head(self.norm(x).mean(1))

    return XCiT()
