"""SAM's image encoder, written down from segment-anything, next to ViTDetBackbone of keras-hub.

Loads without a complaint, masks are a bit off. Height and width of the decomposed relative positions had
changed places when the two were added to the scores; the feature maps are square, so nothing breaks.
"""

INPUTS = ("40x40x3",)
LIBRARIES = ("keras-hub",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["permute-axes", "wiring-other", "position-table", "reshape-order"],
            "keras": ["*windowed_transformer_encoder*"],
            "torch": ["blocks.*"],
        }
    ],
}


def keras_model():
    from keras_hub.models import ViTDetBackbone

    return ViTDetBackbone(
        hidden_size=16,
        num_layers=2,
        intermediate_dim=24,
        num_heads=2,
        global_attention_layer_indices=[1],
        image_shape=(40, 40, 3),
        patch_size=8,
        num_output_channels=12,
        window_size=3,
    )


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    def get_rel_pos(size, rel_pos):
        coords = torch.arange(size)[:, None] - torch.arange(size)[None, :] + size - 1
        return rel_pos[coords]

    class Attention(nn.Module):
        def __init__(self, dim, num_heads, size):
            super().__init__()
            self.num_heads, self.scale = num_heads, (dim // num_heads) ** -0.5
            self.qkv = nn.Linear(dim, dim * 3)
            self.proj = nn.Linear(dim, dim)
            self.rel_pos_h = nn.Parameter(torch.zeros(2 * size - 1, dim // num_heads))
            self.rel_pos_w = nn.Parameter(torch.zeros(2 * size - 1, dim // num_heads))

        def forward(self, x):
            B, H, W, _ = x.shape
            qkv = self.qkv(x).reshape(B, H * W, 3, self.num_heads, -1).permute(2, 0, 3, 1, 4)
            q, k, v = qkv.reshape(3, B * self.num_heads, H * W, -1).unbind(0)
            attn = (q * self.scale) @ k.transpose(-2, -1)
            r_q = q.reshape(-1, H, W, q.shape[-1])
            rel_h = torch.einsum("bhwc,hkc->bhwk", r_q, get_rel_pos(H, self.rel_pos_h))
            rel_w = torch.einsum("bhwc,wkc->bhwk", r_q, get_rel_pos(W, self.rel_pos_w))
            attn = attn.view(-1, H, W, H, W) + rel_h[:, :, :, None, :] + rel_w[:, :, :, :, None]
            attn = attn.view(-1, H * W, H * W).softmax(dim=-1)
            x = (attn @ v).view(B, self.num_heads, H, W, -1).permute(0, 2, 3, 1, 4).reshape(B, H, W, -1)
            return self.proj(x)

    class MLPBlock(nn.Module):
        def __init__(self, dim, mlp_dim):
            super().__init__()
            self.lin1, self.lin2, self.act = nn.Linear(dim, mlp_dim), nn.Linear(mlp_dim, dim), nn.GELU()

        def forward(self, x):
            return self.lin2(self.act(self.lin1(x)))

    class Block(nn.Module):
        def __init__(self, dim, heads, mlp_dim, window, size):
            super().__init__()
            self.norm1 = nn.LayerNorm(dim, eps=1e-6)
            self.attn = Attention(dim, heads, window or size)
            self.norm2 = nn.LayerNorm(dim, eps=1e-6)
            self.mlp = MLPBlock(dim, mlp_dim)
            self.window_size = window

        def forward(self, x):
            shortcut, w = x, self.window_size
            x = self.norm1(x)
            if w:
                B, H, W, C = x.shape
                x = F.pad(x, (0, 0, 0, -W % w, 0, -H % w))
                Hp, Wp = x.shape[1:3]
                x = x.view(B, Hp // w, w, Wp // w, w, C).permute(0, 1, 3, 2, 4, 5).reshape(-1, w, w, C)
            x = self.attn(x)
            if w:
                x = x.view(B, Hp // w, Wp // w, w, w, C).permute(0, 1, 3, 2, 4, 5).reshape(B, Hp, Wp, C)
                x = x[:, :H, :W]
            x = shortcut + x
            return x + self.mlp(self.norm2(x))

    class LayerNorm2d(nn.Module):
        def __init__(self, n):
            super().__init__()
            self.weight, self.bias = nn.Parameter(torch.ones(n)), nn.Parameter(torch.zeros(n))

        def forward(self, x):
            u = x.mean(1, keepdim=True)
            s = (x - u).pow(2).mean(1, keepdim=True)
            x = (x - u) / torch.sqrt(s + 1e-6)
            return self.weight[:, None, None] * x + self.bias[:, None, None]

    class ImageEncoderViT(nn.Module):
        def __init__(self, size=5, dim=16, out=12):
            super().__init__()
            self.register_buffer("pixel_mean", torch.tensor([0.485, 0.456, 0.406]).view(-1, 1, 1), False)
            self.register_buffer("pixel_std", torch.tensor([0.229, 0.224, 0.225]).view(-1, 1, 1), False)
            self.patch_embed = nn.Conv2d(3, dim, 8, 8)
            self.pos_embed = nn.Parameter(torch.zeros(1, size, size, dim))
            self.blocks = nn.ModuleList(Block(dim, 2, 24, w, size) for w in (3, 0))
            self.neck = nn.Sequential(
                nn.Conv2d(dim, out, 1, bias=False),
                LayerNorm2d(out),
                nn.Conv2d(out, out, 3, padding=1, bias=False),
                LayerNorm2d(out),
            )

        def forward(self, x):
            x = self.patch_embed((x - self.pixel_mean) / self.pixel_std).permute(0, 2, 3, 1)
            x = x + self.pos_embed
            for blk in self.blocks:
                x = blk(x)
            return self.neck(x.permute(0, 3, 1, 2))

    return ImageEncoderViT()
