"""ViT with a class token: Keras reads the token, the port the mean of all tokens (timm's global_pool="avg")."""

INPUTS = ("12x12x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            # which token is read: nearest are "another step" and "another input"
            "rules": ["recurrent-last-step", "wiring-other", "pool-other"],
            "keras": ["get_item*", "getitem*", "final_norm", "head", "pick*"],
            "torch": ["mean", "head", "norm", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    class Tokens(layers.Layer):
        def __init__(self, width, **kwargs):
            super().__init__(**kwargs)
            self.width = width

        def build(self, shape):
            self.cls = self.add_weight(shape=(1, 1, self.width), initializer="zeros", name="cls")
            self.pos = self.add_weight(shape=(1, shape[1] + 1, self.width), initializer="random_normal", name="pos")

        def call(self, x):
            cls = keras.ops.repeat(self.cls, keras.ops.shape(x)[0], axis=0)
            return keras.ops.concatenate([cls, x], axis=1) + self.pos

    image = keras.Input((12, 12, 3))
    x = layers.Conv2D(8, 4, strides=4, name="patch_embed")(image)
    x = layers.Reshape((9, 8), name="to_tokens")(x)
    x = Tokens(8, name="tokens")(x)
    y = layers.LayerNormalization(epsilon=1e-6, name="norm1")(x)
    x = x + layers.MultiHeadAttention(2, 4, name="attn")(y, y)
    y = layers.LayerNormalization(epsilon=1e-6, name="norm2")(x)
    x = x + layers.Dense(8, name="fc2")(layers.Dense(16, activation="gelu", name="fc1")(y))
    x = layers.LayerNormalization(epsilon=1e-6, name="final_norm")(x)
    return keras.Model(image, layers.Dense(4, name="head")(x[:, 0]))


def torch_model():
    import torch
    from torch import nn

    class Attention(nn.Module):
        def __init__(self, dim, heads):
            super().__init__()
            self.heads = heads
            self.qkv = nn.Linear(dim, dim * 3)
            self.proj = nn.Linear(dim, dim)

        def forward(self, x):
            b, n, c = x.shape
            q, k, v = (
                t.reshape(b, n, self.heads, c // self.heads).transpose(1, 2) for t in self.qkv(x).chunk(3, dim=-1)
            )
            x = nn.functional.scaled_dot_product_attention(q, k, v)
            return self.proj(x.transpose(1, 2).flatten(2))

    class ViT(nn.Module):
        def __init__(self):
            super().__init__()
            self.patch_embed = nn.Conv2d(3, 8, 4, stride=4)
            self.cls_token = nn.Parameter(torch.zeros(1, 1, 8))
            self.pos_embed = nn.Parameter(torch.randn(1, 10, 8) * 0.02)
            self.norm1 = nn.LayerNorm(8, eps=1e-6)
            self.attn = Attention(8, 2)
            self.norm2 = nn.LayerNorm(8, eps=1e-6)
            self.mlp = nn.Sequential(nn.Linear(8, 16), nn.GELU(), nn.Linear(16, 8))
            self.norm = nn.LayerNorm(8, eps=1e-6)
            self.head = nn.Linear(8, 4)

        def forward(self, x):
            x = self.patch_embed(x).flatten(2).transpose(1, 2)
            x = torch.cat((self.cls_token.expand(len(x), -1, -1), x), dim=1) + self.pos_embed
            x = x + self.attn(self.norm1(x))
            x = x + self.mlp(self.norm2(x))
            return self.head(self.norm(x).mean(dim=1))

    return ViT()
