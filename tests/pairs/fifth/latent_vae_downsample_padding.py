"""Encoder half of the latent-diffusion VAE: VAEBackbone of keras-hub and my PyTorch file after the CompVis code.

CompVis pads by F.pad(x, (0, 1, 0, 1)) before the strided convolution; I wrote padding=1. Same shapes, blurry decodes.
"""

INPUTS = ("16x16x3",)
LIBRARIES = ("keras-hub",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["same-padding-stride"],
            "keras": ["*downsample_0_pad", "*downsample_0_conv", "*encoder"],
            "torch": ["down.0.downsample*", "down.0*"],
        }
    ],
}


def keras_model():
    import keras
    from keras_hub.src.models.vae.vae_backbone import VAEBackbone

    backbone = VAEBackbone(
        encoder_num_filters=[32, 64],
        encoder_num_blocks=[1, 1],
        decoder_num_filters=[32, 32],
        decoder_num_blocks=[1, 1],
        sample_channels=6,
    )
    images = keras.Input((16, 16, 3))
    return keras.Model(images, backbone.encoder(images), name="moments")


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    def normalize(n):
        return nn.GroupNorm(32, n, eps=1e-6)

    class ResnetBlock(nn.Module):
        def __init__(self, i, o):
            super().__init__()
            self.norm1, self.conv1 = normalize(i), nn.Conv2d(i, o, 3, padding=1)
            self.norm2, self.conv2 = normalize(o), nn.Conv2d(o, o, 3, padding=1)
            self.nin_shortcut = nn.Conv2d(i, o, 1) if i != o else nn.Identity()

        def forward(self, x):
            h = self.conv1(F.silu(self.norm1(x)))
            h = self.conv2(F.silu(self.norm2(h)))
            return self.nin_shortcut(x) + h

    class AttnBlock(nn.Module):
        def __init__(self, n):
            super().__init__()
            self.norm = normalize(n)
            self.q, self.k, self.v, self.proj_out = (nn.Conv2d(n, n, 1) for _ in range(4))

        def forward(self, x):
            b, c, h, w = x.shape
            y = self.norm(x)
            q, k, v = (f(y).flatten(2) for f in (self.q, self.k, self.v))
            attn = torch.bmm(q.transpose(1, 2), k).mul(c**-0.5).softmax(dim=2)
            return x + self.proj_out(torch.bmm(v, attn.transpose(1, 2)).view(b, c, h, w))

    class Downsample(nn.Module):
        def __init__(self, n):
            super().__init__()
            self.conv = nn.Conv2d(n, n, 3, stride=2, padding=1)

        def forward(self, x):
            return self.conv(x)

    class Level(nn.Module):
        def __init__(self, i, o, last=False):
            super().__init__()
            self.block = nn.ModuleList([ResnetBlock(i, o)])
            if not last:
                self.downsample = Downsample(o)

        def forward(self, x):
            for block in self.block:
                x = block(x)
            return self.downsample(x) if hasattr(self, "downsample") else x

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv_in = nn.Conv2d(3, 32, 3, padding=1)
            self.down = nn.ModuleList([Level(32, 32), Level(32, 64, last=True)])
            self.mid = nn.Sequential(ResnetBlock(64, 64), AttnBlock(64), ResnetBlock(64, 64))
            self.norm_out = normalize(64)
            self.conv_out = nn.Conv2d(64, 6, 3, padding=1)

        def forward(self, x):
            h = self.conv_in(x)
            for level in self.down:
                h = level(h)
            return self.conv_out(F.silu(self.norm_out(self.mid(h))))

    return Encoder()
