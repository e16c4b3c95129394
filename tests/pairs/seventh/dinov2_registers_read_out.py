"""DINOv2 with registers: DINOV2Backbone of keras-hub as the encoder of a linear segmenter, PyTorch after
facebookresearch.

Register tokens belong between the class token and the patches. I append them at the end ("attention does not
care") and still cut the first 1 + R tokens away: four registers are read as the last patches and the first four
patches are lost.
"""

INPUTS = ("24x24x3",)
LIBRARIES = ("keras-hub",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["concat-order", "wiring-other"],
            "keras": ["*embeddings*", "*encoder*", "dinov2_backbone*", "*dino*", "*getitem*", "*get_item*", "head"],
            "torch": ["", "blocks.*", "norm", "head", "*cat*", "*getitem*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers
    from keras_hub.models import DINOV2Backbone

    backbone = DINOV2Backbone(
        patch_size=6,
        num_layers=2,
        hidden_dim=16,
        num_heads=2,
        intermediate_dim=24,
        num_register_tokens=4,
        use_mask_token=False,
        use_swiglu_ffn=True,
        image_shape=(24, 24, 3),
        position_embedding_shape=(24, 24, 3),
    )
    image = keras.Input((24, 24, 3))
    tokens = backbone({"images": image})
    patches = layers.Reshape((4, 4, 16))(tokens[:, 5:])
    return keras.Model(image, layers.Conv2D(5, 1, name="head")(patches))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Attention(nn.Module):
        def __init__(self, dim, num_heads):
            super().__init__()
            self.num_heads = num_heads
            self.qkv = nn.Linear(dim, dim * 3)
            self.proj = nn.Linear(dim, dim)

        def forward(self, x):
            B, N, C = x.shape
            q, k, v = self.qkv(x).view(B, N, 3, self.num_heads, C // self.num_heads).permute(2, 0, 3, 1, 4)
            return self.proj(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2))

    class SwiGLUFFN(nn.Module):
        def __init__(self, dim, hidden):
            super().__init__()
            self.w12, self.w3 = nn.Linear(dim, 2 * hidden), nn.Linear(hidden, dim)

        def forward(self, x):
            x1, x2 = self.w12(x).chunk(2, dim=-1)
            return self.w3(F.silu(x1) * x2)

    class LayerScale(nn.Module):
        def __init__(self, dim):
            super().__init__()
            self.gamma = nn.Parameter(torch.ones(dim))

        def forward(self, x):
            return x * self.gamma

    class Block(nn.Module):
        def __init__(self, dim, heads):
            super().__init__()
            self.norm1, self.norm2 = nn.LayerNorm(dim, eps=1e-6), nn.LayerNorm(dim, eps=1e-6)
            self.attn, self.ls1 = Attention(dim, heads), LayerScale(dim)
            self.mlp, self.ls2 = SwiGLUFFN(dim, (int(24 * 2 / 3) + 7) // 8 * 8), LayerScale(dim)

        def forward(self, x):
            x = x + self.ls1(self.attn(self.norm1(x)))
            return x + self.ls2(self.mlp(self.norm2(x)))

    class Segmenter(nn.Module):
        def __init__(self, dim=16, registers=4):
            super().__init__()
            self.registers = registers
            self.patch_embed = nn.Conv2d(3, dim, 6, 6)
            self.cls_token = nn.Parameter(torch.zeros(1, 1, dim))
            self.pos_embed = nn.Parameter(torch.zeros(1, 17, dim))
            self.register_tokens = nn.Parameter(torch.zeros(1, registers, dim))
            self.blocks = nn.ModuleList(Block(dim, 2) for _ in range(2))
            self.norm = nn.LayerNorm(dim, eps=1e-6)
            self.head = nn.Conv2d(dim, 5, 1)

        def forward(self, x):
            b = len(x)
            x = self.patch_embed(x).flatten(2).transpose(1, 2)
            x = torch.cat((self.cls_token.expand(b, -1, -1), x), dim=1) + self.pos_embed
            x = torch.cat((x[:, :1], x[:, 1:], self.register_tokens.expand(b, -1, -1)), dim=1)
            for blk in self.blocks:
                x = blk(x)
            x = self.norm(x)[:, 1 + self.registers :]
            return self.head(x.transpose(1, 2).unflatten(2, (4, 4)))

    return Segmenter()
