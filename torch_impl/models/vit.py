"""Vision transformer: the patches of an image are the tokens (Dosovitskiy et al., 2020)."""

from torch import Tensor, nn

from torch_impl.arguments import check_divides, check_rate, check_size
from torch_impl.layers.class_token import ClassToken
from torch_impl.layers.positional import LearnedPositions
from torch_impl.layers.transformer import EncoderBlock


class ViT(nn.Module):
    """Image (B, channels, size, size) -> logits (B, classes), read from the class token.

    The defaults are ViT-B/16.

    Args:
        size: height and width of the image.
        patch: height and width of a patch, a divisor of ``size``.
        channels: channels of the image.
        classes: width of the head.
        width: features of a token.
        heads: attention heads, a divisor of ``width``.
        depth: number of blocks.
        units: width of the feed-forward layers.
        dropout: rate on the tokens, the attention weights and both halves of a block, in [0, 1).

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    def __init__(
        self, size=224, patch=16, channels=3, classes=1000, width=768, heads=12, depth=12, units=3072, dropout=0.0
    ):
        super().__init__()
        check_size("size", size)
        check_size("patch", patch)
        check_divides("patch", patch, "size", size)
        check_size("channels", channels)
        check_size("classes", classes)
        check_size("width", width)
        check_size("depth", depth)
        check_size("units", units)
        check_rate("dropout", dropout)
        patches = (size // patch) ** 2
        block = {"activation": "gelu", "norm_first": True, "epsilon": 1e-6}
        self.patches = nn.Conv2d(channels, width, patch, stride=patch)
        self.class_token = ClassToken(width)
        self.positions = LearnedPositions(patches + 1, width)
        self.drop = nn.Dropout(dropout)
        self.blocks = nn.ModuleList(EncoderBlock(width, heads, units, dropout, **block) for _ in range(depth))
        self.norm = nn.LayerNorm(width, eps=1e-6)
        self.head = nn.Linear(width, classes)

    def forward(self, image: Tensor) -> Tensor:
        x = self.patches(image)
        x = x.flatten(2).transpose(1, 2)  # B L D, row by row
        x = self.class_token(x)
        x = self.positions(x)
        x = self.drop(x)
        for block in self.blocks:
            x, _ = block(x)
        x = self.norm(x)
        return self.head(x[:, 0])
