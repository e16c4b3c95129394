"""keras_hub MiTBackbone (SegFormer) against a torch port; its MLP calls ops.gelu, which is the tanh formula."""

INPUTS = ("32x32x3",)
LIBRARIES = ("keras_hub",)
TRUTH = {"identical": True}


def keras_model():
    import keras_hub

    return keras_hub.models.MiTBackbone(
        layerwise_depths=[1, 1],
        num_layers=2,
        layerwise_num_heads=[1, 2],
        layerwise_sr_ratios=[2, 1],
        max_drop_path_rate=0.0,
        layerwise_patch_sizes=[7, 3],
        layerwise_strides=[4, 2],
        image_shape=(32, 32, 3),
        hidden_dims=[8, 12],
    )


def torch_model():
    from torch import nn
    from torch.nn import functional as F

    class OverlapPatchEmbed(nn.Module):
        def __init__(self, patch_size, stride, i, o):
            super().__init__()
            self.proj = nn.Conv2d(i, o, patch_size, stride=stride, padding=patch_size // 2)
            self.norm = nn.LayerNorm(o)

        def forward(self, x):
            x = self.proj(x)
            _, _, h, w = x.shape
            return self.norm(x.flatten(2).transpose(1, 2)), h, w

    class EfficientAttention(nn.Module):
        def __init__(self, dim, heads, sr_ratio):
            super().__init__()
            self.num_heads, self.sr_ratio = heads, sr_ratio
            self.q = nn.Linear(dim, dim)
            self.k = nn.Linear(dim, dim)
            self.v = nn.Linear(dim, dim)
            self.attn_drop = nn.Dropout(0.1)
            self.proj = nn.Linear(dim, dim)
            self.proj_drop = nn.Dropout(0.1)
            if sr_ratio > 1:
                self.sr = nn.Conv2d(dim, dim, kernel_size=sr_ratio, stride=sr_ratio)
                self.norm = nn.LayerNorm(dim)

        def heads(self, x):
            b, n, c = x.shape
            return x.view(b, n, self.num_heads, c // self.num_heads).transpose(1, 2)

        def forward(self, x, h, w):
            b, _n, c = x.shape
            q = self.heads(self.q(x))
            if self.sr_ratio > 1:
                x = self.sr(x.transpose(1, 2).reshape(b, c, h, w)).flatten(2).transpose(1, 2)
                x = self.norm(x)
            k, v = self.heads(self.k(x)), self.heads(self.v(x))
            attn = (q @ k.mT) * (c // self.num_heads) ** -0.5
            x = self.attn_drop(attn.softmax(-1)) @ v
            return self.proj_drop(self.proj(x.transpose(1, 2).flatten(2)))

    class MixFFN(nn.Module):
        def __init__(self, dim, hidden):
            super().__init__()
            self.fc1 = nn.Linear(dim, hidden)
            self.dwconv = nn.Conv2d(hidden, hidden, 3, padding=1, groups=hidden)
            self.fc2 = nn.Linear(hidden, dim)

        def forward(self, x, h, w):
            x = self.fc1(x)
            x = self.dwconv(x.transpose(1, 2).unflatten(2, (h, w))).flatten(2).transpose(1, 2)
            return self.fc2(F.gelu(x, approximate="tanh"))

    class Block(nn.Module):
        def __init__(self, dim, heads, sr_ratio):
            super().__init__()
            self.norm1 = nn.LayerNorm(dim, eps=1e-6)
            self.attn = EfficientAttention(dim, heads, sr_ratio)
            self.norm2 = nn.LayerNorm(dim, eps=1e-6)
            self.mlp = MixFFN(dim, 4 * dim)

        def forward(self, x, h, w):
            x = x + self.attn(self.norm1(x), h, w)
            return x + self.mlp(self.norm2(x), h, w)

    class MixVisionTransformer(nn.Module):
        def __init__(self):
            super().__init__()
            self.patch_embed1 = OverlapPatchEmbed(7, 4, 3, 8)
            self.block1 = nn.ModuleList([Block(8, 1, 2)])
            self.norm1 = nn.LayerNorm(8)
            self.patch_embed2 = OverlapPatchEmbed(3, 2, 8, 12)
            self.block2 = nn.ModuleList([Block(12, 2, 1)])
            self.norm2 = nn.LayerNorm(12)

        def forward(self, x):
            for i in ("1", "2"):
                x, h, w = getattr(self, f"patch_embed{i}")(x)
                for block in getattr(self, f"block{i}"):
                    x = block(x, h, w)
                x = getattr(self, f"norm{i}")(x)
                x = x.transpose(1, 2).unflatten(2, (h, w)).contiguous()
            return x

    return MixVisionTransformer()
