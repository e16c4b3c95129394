"""Vision transformer from the hub with a class token, ported by hand to PyTorch with one qkv layer; after the
attention the heads are reshaped together without going back behind the tokens.
"""

INPUTS = ("32x32x3",)
LIBRARIES = ("keras_hub",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["reshape-order", "wiring-other", "permute-axes"],
            "keras": [
                "*mha",
                "*mha/*",
                "*transformer_block_1",
                "*transformer_block_1/*",
                "*transformer_block_2",
                "*transformer_block_2/*",
                "*vit_encoder",
            ],
            "torch": [
                "blocks.*.attn",
                "blocks.*.attn.*",
                "blocks.0",
                "blocks.1",
                "reshape*",
                "view*",
                "flatten*",
                "matmul*",
                "scaled_dot_product_attention*",
                "",
            ],
        }
    ],
}


def keras_model():
    import keras
    import keras_hub

    backbone = keras_hub.models.ViTBackbone(
        image_shape=(32, 32, 3),
        patch_size=8,
        num_layers=2,
        num_heads=4,
        hidden_dim=16,
        mlp_dim=32,
        name="backbone",
    )
    logits = keras.layers.Dense(6, name="logits")(backbone.output[:, 0])
    return keras.Model(backbone.input, logits)


def torch_model():
    import torch
    from torch import nn

    class Attention(nn.Module):
        def __init__(self, dim, num_heads):
            super().__init__()
            self.num_heads = num_heads
            self.scale = (dim // num_heads) ** -0.5
            self.qkv = nn.Linear(dim, dim * 3)
            self.proj = nn.Linear(dim, dim)

        def forward(self, x):
            B, N, C = x.shape
            q, k, v = self.qkv(x).reshape(B, N, 3, self.num_heads, C // self.num_heads).permute(2, 0, 3, 1, 4)
            attn = (q @ k.transpose(-2, -1) * self.scale).softmax(dim=-1)
            return self.proj((attn @ v).reshape(B, N, C))

    class Block(nn.Module):
        def __init__(self, dim, num_heads, mlp):
            super().__init__()
            self.norm1 = nn.LayerNorm(dim, eps=1e-6)
            self.attn = Attention(dim, num_heads)
            self.norm2 = nn.LayerNorm(dim, eps=1e-6)
            self.mlp = nn.Sequential(nn.Linear(dim, mlp), nn.GELU(), nn.Linear(mlp, dim))

        def forward(self, x):
            x = x + self.attn(self.norm1(x))
            return x + self.mlp(self.norm2(x))

    class VisionTransformer(nn.Module):
        def __init__(self, dim=16, patches=16):
            super().__init__()
            self.patch_embed = nn.Conv2d(3, dim, 8, 8)
            self.cls_token = nn.Parameter(torch.zeros(1, 1, dim))
            self.pos_embed = nn.Parameter(torch.randn(1, patches + 1, dim) * 0.02)
            self.blocks = nn.Sequential(*[Block(dim, 4, 32) for _ in range(2)])
            self.norm = nn.LayerNorm(dim, eps=1e-6)
            self.head = nn.Linear(dim, 6)

        def forward(self, x):
            x = self.patch_embed(x).flatten(2).transpose(1, 2)
            x = torch.cat([self.cls_token.expand(len(x), -1, -1), x], dim=1) + self.pos_embed
            return self.head(self.norm(self.blocks(x))[:, 0])

    return VisionTransformer()
