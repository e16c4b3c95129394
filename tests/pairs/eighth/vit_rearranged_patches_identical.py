"""A small ViT: lucidrains' way in PyTorch (rearrange, to_qkv without bias, to_out), MultiHeadAttention in Keras."""

INPUTS = ("16x16x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class Patches(layers.Layer):
        def __init__(self, size, **kwargs):
            super().__init__(**kwargs)
            self.size = size

        def call(self, images):
            rows = ops.split(images, images.shape[1] // self.size, axis=1)
            tiles = [tile for row in rows for tile in ops.split(row, images.shape[2] // self.size, axis=2)]
            return ops.stack([ops.reshape(tile, (-1, self.size * self.size * 3)) for tile in tiles], axis=1)

    class TokenAndPositions(layers.Layer):
        def build(self, shape):
            _, n, dim = shape
            self.token = self.add_weight(shape=(1, 1, dim), initializer="random_normal", name="token")
            self.positions = self.add_weight(shape=(1, n + 1, dim), initializer="random_normal", name="positions")

        def call(self, x):
            token = ops.repeat(self.token, ops.shape(x)[0], axis=0)
            return ops.concatenate([token, x], axis=1) + self.positions

    image = keras.Input((16, 16, 3))
    x = layers.Dense(16, name="patch_embedding")(Patches(4, name="patches")(image))
    x = TokenAndPositions(name="class_token")(x)
    for i in range(2):
        y = layers.LayerNormalization(epsilon=1e-5, name=f"norm_a{i}")(x)
        x = x + layers.MultiHeadAttention(3, 4, use_bias=False, name=f"attention_{i}")(y, y)
        y = layers.LayerNormalization(epsilon=1e-5, name=f"norm_b{i}")(x)
        y = layers.Dense(32, activation="gelu", name=f"mlp_in_{i}")(y)
        x = x + layers.Dense(16, name=f"mlp_out_{i}")(layers.Dropout(0.1)(y))
    x = layers.LayerNormalization(epsilon=1e-5, name="norm")(x)[:, 0]
    return keras.Model(image, layers.Dense(5, name="head")(x))


def torch_model():
    import torch
    from torch import nn

    class Attention(nn.Module):
        def __init__(self, dim, heads, dim_head):
            super().__init__()
            self.heads, self.scale = heads, dim_head**-0.5
            self.norm = nn.LayerNorm(dim)
            self.attend = nn.Softmax(dim=-1)
            self.to_qkv = nn.Linear(dim, heads * dim_head * 3, bias=False)
            self.to_out = nn.Linear(heads * dim_head, dim, bias=False)

        def forward(self, x):
            b, n, _ = x.shape
            qkv = self.to_qkv(self.norm(x)).chunk(3, dim=-1)
            q, k, v = (t.reshape(b, n, self.heads, -1).permute(0, 2, 1, 3) for t in qkv)
            out = torch.matmul(self.attend(torch.matmul(q, k.transpose(-1, -2)) * self.scale), v)
            return self.to_out(out.permute(0, 2, 1, 3).reshape(b, n, -1))

    class ViT(nn.Module):
        def __init__(self, p=4, dim=16, depth=2):
            super().__init__()
            self.p = p
            self.to_patch_embedding = nn.Linear(p * p * 3, dim)
            self.pos_embedding = nn.Parameter(torch.randn(1, 17, dim))
            self.cls_token = nn.Parameter(torch.randn(1, 1, dim))
            self.layers = nn.ModuleList([])
            for _ in range(depth):
                ff = nn.Sequential(
                    nn.LayerNorm(dim), nn.Linear(dim, 32), nn.GELU(), nn.Dropout(0.1), nn.Linear(32, dim)
                )
                self.layers.append(nn.ModuleList([Attention(dim, heads=3, dim_head=4), ff]))
            self.mlp_head = nn.Sequential(nn.LayerNorm(dim), nn.Linear(dim, 5))

        def forward(self, img):
            b, c, h, w = img.shape
            p = self.p
            x = img.view(b, c, h // p, p, w // p, p)  # b c (h p1) (w p2) -> b (h w) (p1 p2 c)
            x = x.permute(0, 2, 4, 3, 5, 1).reshape(b, (h // p) * (w // p), p * p * c)
            x = self.to_patch_embedding(x)
            x = torch.cat((self.cls_token.expand(b, -1, -1), x), dim=1)
            x = x + self.pos_embedding[:, : x.shape[1]]
            for attn, ff in self.layers:
                x = attn(x) + x
                x = ff(x) + x
            return self.mlp_head(x[:, 0])

    return ViT()
