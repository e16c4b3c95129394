"""ResNet-18 as torchvision defines it, path for path."""

from torch import nn

from torch_impl.arguments import check_size
from torch_impl.layers.resnet import BasicBlock, ResNet


class ResNet18(ResNet):
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
        super().__init__(BasicBlock, (2, 2, 2, 2), channels)
        self.fc = nn.Linear(512, classes)

    def forward(self, image):
        return self.fc(self.embed(image))
