"""Pseudo-3D video blocks: Conv3D with windows (1, 3, 3) and (3, 1, 1) in Keras, folded Conv2d and Conv1d in PyTorch."""

INPUTS = ("4x8x6x3",)
TRUTH = {"identical": True}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((4, 8, 6, 3)),
            layers.Conv3D(8, (1, 3, 3), padding="same", name="space1"),
            layers.Conv3D(8, (3, 1, 1), padding="same", name="time1"),
            layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="norm1"),
            layers.Activation("silu", name="act1"),
            layers.MaxPooling3D((1, 2, 2), name="pool"),
            layers.Conv3D(12, (1, 3, 3), padding="same", name="space2"),
            layers.Conv3D(12, (3, 1, 1), padding="same", use_bias=False, name="time2"),
            layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="norm2"),
            layers.Activation("silu", name="act2"),
            layers.GlobalAveragePooling3D(name="mean"),
            layers.Dense(5, name="classes"),
        ]
    )


def torch_model():
    from torch import nn
    from torch.nn import functional as F

    class PseudoConv3d(nn.Module):
        def __init__(self, dim, dim_out, bias=True):
            super().__init__()
            self.spatial_conv = nn.Conv2d(dim, dim_out, 3, padding=1)
            self.temporal_conv = nn.Conv1d(dim_out, dim_out, 3, padding=1, bias=bias)

        def forward(self, x):
            b, c, f, h, w = x.shape
            x = x.transpose(1, 2).reshape(b * f, c, h, w)  # b c f h w -> (b f) c h w
            x = self.spatial_conv(x)
            c = x.shape[1]
            x = x.view(b, f, c, h, w).permute(0, 3, 4, 2, 1).reshape(b * h * w, c, f)  # -> (b h w) c f
            x = self.temporal_conv(x)
            return x.view(b, h, w, c, f).permute(0, 3, 4, 1, 2)

    class VideoNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1, self.norm1 = PseudoConv3d(3, 8), nn.BatchNorm3d(8)
            self.conv2, self.norm2 = PseudoConv3d(8, 12, bias=False), nn.BatchNorm3d(12)
            self.fc = nn.Linear(12, 5)

        def forward(self, video):
            x = F.silu(self.norm1(self.conv1(video)))
            x = F.max_pool3d(x, (1, 2, 2))
            x = F.silu(self.norm2(self.conv2(x)))
            return self.fc(x.mean((2, 3, 4)))

    return VideoNet()
