"""U-Net: down by max-pools, up by transposed convolutions, joined at every size (Ronneberger et al., 2015)."""

import torch
from torch import nn

from torch_impl.arguments import check_size, check_sizes
from torch_impl.layers.conv_block import conv_block
from torch_impl.layers.crop_like import CropLike


class UNet(nn.Module):
    """Image (B, channels, H, W) -> logits (B, classes, H, W) of each pixel.

    Pools round odd sides up and the way back crops them, so any height and width will do.

    Args:
        channels: channels of the image.
        widths: channels at each size, finest first.
        convs: convolutions per block.
        classes: width of the head.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    def __init__(self, channels=3, widths=(16, 32, 64), convs=2, classes=2):
        super().__init__()
        check_size("channels", channels)
        check_sizes("widths", widths)
        check_size("convs", convs)
        check_size("classes", classes)
        self.down = nn.ModuleList()
        self.pools = nn.ModuleList()
        for width in widths[:-1]:
            self.down.append(conv_block(channels, width, convs))
            self.pools.append(nn.MaxPool2d(2, ceil_mode=True))
            channels = width
        self.bottom = conv_block(channels, widths[-1], convs)
        channels = widths[-1]
        self.up = nn.ModuleList()
        for width in reversed(widths[:-1]):
            self.up.append(UpBlock(channels, width, convs))
            channels = width
        self.head = nn.Conv2d(channels, classes, 1)

    def forward(self, image):
        x = image
        skips: list[torch.Tensor] = []
        for block, pool in zip(self.down, self.pools):  # noqa: B905 (TorchScript knows no strict=)
            x = block(x)
            skips.append(x)
            x = pool(x)
        x = self.bottom(x)
        for block in self.up:
            x = block(x, skips.pop())
        return self.head(x)


class UpBlock(nn.Module):
    def __init__(self, channels, width, convs):
        super().__init__()
        self.expand = nn.ConvTranspose2d(channels, width, 2, stride=2)
        self.crop = CropLike()
        self.join = conv_block(2 * width, width, convs)

    def forward(self, x, skip):
        x = self.crop(self.expand(x), skip)
        return self.join(torch.cat([skip, x], 1))
