"""ResNet-50 as torchvision defines it, path for path."""

from torch import nn

from torch_impl.arguments import check_size
from torch_impl.layers.resnet import Bottleneck, ResNet


class ResNet50(ResNet):
    """Image (B, channels, H, W) -> logits (B, classes).

    Args:
        channels: channels of the image.
        classes: width of the head.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    def __init__(self, channels=3, classes=1000):
        check_size("channels", channels)
        check_size("classes", classes)
        super().__init__(Bottleneck, (3, 4, 6, 3), channels)
        self.fc = nn.Linear(2048, classes)

    def forward(self, image):
        return self.fc(self.embed(image))
