"""EfficientNet-B0 as torchvision defines it, path for path."""

from torch import nn

from torch_impl.arguments import check_rate, check_size
from torch_impl.layers.efficientnet import EfficientNet


class EfficientNetB0(EfficientNet):
    """Image (B, channels, H, W) -> logits (B, classes).

    Args:
        channels: channels of the image.
        classes: width of the head.
        dropout: rate before the head, in [0, 1).
        stochastic_depth: rate at which the last residual is dropped, in [0, 1); the first never is.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    def __init__(self, channels=3, classes=1000, dropout=0.2, stochastic_depth=0.2):
        check_size("channels", channels)
        check_size("classes", classes)
        check_rate("dropout", dropout)
        check_rate("stochastic_depth", stochastic_depth)
        super().__init__(channels, stochastic_depth)
        self.classifier = nn.Sequential(nn.Dropout(dropout), nn.Linear(1280, classes))

    def forward(self, image):
        return self.classifier(self.embed(image))
