"""CaiT: patches attend to each other first, then a class token is inserted and attends to them and to itself. In my
port it does not attend to itself, and the last norm has PyTorch's epsilon.
"""

INPUTS = ("12x12x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["wiring-other", "crop-place"],
            "keras": ["class_*_attention*", "class_*_all", "class_*_norm1"],
            "torch": ["cls_blocks.*.attn*", "cls_blocks.*", "getitem*", ""],
        },
        {"rules": ["norm-epsilon"], "keras": ["final_norm"], "torch": ["norm"]},
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class Scale(layers.Layer):
        def build(self, shape):
            self.gamma = self.add_weight(shape=(shape[-1],), initializer="ones", name="gamma")

        def call(self, x):
            return x * self.gamma

    class ClassToken(layers.Layer):
        def build(self, shape):
            self.token = self.add_weight(shape=(1, 1, shape[-1]), initializer="random_normal", name="token")

        def call(self, x):
            return ops.repeat(self.token, ops.shape(x)[0], axis=0)

    def norm(name):
        return layers.LayerNormalization(epsilon=1e-6, name=name)

    def mlp(x, name):
        return layers.Dense(16, name=f"{name}_fc2")(layers.Dense(32, activation="relu", name=f"{name}_fc1")(x))

    image = keras.Input((12, 12, 3))
    x = layers.Conv2D(16, 4, strides=4, name="patches")(image)
    x = layers.Reshape((9, 16))(x)
    y = norm("self_norm1")(x)
    x = x + Scale(name="self_scale1")(layers.MultiHeadAttention(4, 4, name="self_attention")(y, y))
    x = x + Scale(name="self_scale2")(mlp(norm("self_norm2")(x), "self"))
    token = ClassToken(name="class_token")(x)
    for i in range(2):
        u = layers.Concatenate(axis=1, name=f"class_{i}_all")([token, x])
        u = norm(f"class_{i}_norm1")(u)
        y = layers.MultiHeadAttention(4, 4, name=f"class_{i}_attention")(u[:, :1], u)
        token = token + Scale(name=f"class_{i}_scale1")(y)
        y = mlp(norm(f"class_{i}_norm2")(token), f"class_{i}")
        token = token + Scale(name=f"class_{i}_scale2")(y)
    x = norm("final_norm")(layers.Concatenate(axis=1, name="everything")([token, x]))
    return keras.Model(image, layers.Dense(5, name="head")(x[:, 0]))


def torch_model():
    import torch
    from torch import nn
    from torch.nn.functional import scaled_dot_product_attention as sdpa

    class Attn(nn.Module):
        def __init__(self, dim, heads, of_class):
            super().__init__()
            self.heads, self.of_class = heads, of_class
            self.q, self.k, self.v, self.proj = (nn.Linear(dim, dim) for _ in range(4))

        def forward(self, x):
            query, keys = (x[:, :1], x[:, 1:]) if self.of_class else (x, x)
            projected = self.q(query), self.k(keys), self.v(keys)
            q, k, v = (t.unflatten(-1, (self.heads, -1)).transpose(1, 2) for t in projected)
            return self.proj(sdpa(q, k, v).transpose(1, 2).flatten(2))

    class LayerScaleBlock(nn.Module):
        def __init__(self, dim=16, heads=4, of_class=False):
            super().__init__()
            self.norm1, self.norm2 = nn.LayerNorm(dim, eps=1e-6), nn.LayerNorm(dim, eps=1e-6)
            self.attn = Attn(dim, heads, of_class)
            self.mlp = nn.Sequential(nn.Linear(dim, 32), nn.ReLU(), nn.Linear(32, dim))
            self.gamma_1, self.gamma_2 = nn.Parameter(torch.ones(dim)), nn.Parameter(torch.ones(dim))

        def forward(self, x, cls=None):
            if cls is None:
                x = x + self.gamma_1 * self.attn(self.norm1(x))
                return x + self.gamma_2 * self.mlp(self.norm2(x))
            u = torch.cat((cls, x), dim=1)
            cls = cls + self.gamma_1 * self.attn(self.norm1(u))
            return cls + self.gamma_2 * self.mlp(self.norm2(cls))

    class CaiT(nn.Module):
        def __init__(self):
            super().__init__()
            self.patch_embed = nn.Conv2d(3, 16, 4, 4)
            self.cls_token = nn.Parameter(torch.randn(1, 1, 16) * 0.02)
            self.blocks = nn.ModuleList([LayerScaleBlock()])
            self.cls_blocks = nn.ModuleList([LayerScaleBlock(of_class=True) for _ in range(2)])
            self.norm, self.head = nn.LayerNorm(16), nn.Linear(16, 5)

        def forward(self, x):
            x = self.patch_embed(x).flatten(2).transpose(1, 2)
            cls = self.cls_token.expand(x.shape[0], -1, -1)
            for blk in self.blocks:
                x = blk(x)
            for blk in self.cls_blocks:
                cls = blk(x, cls)
            return self.head(self.norm(torch.cat((cls, x), dim=1))[:, 0])

    return CaiT()
