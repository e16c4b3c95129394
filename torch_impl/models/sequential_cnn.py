"""Sequential CNN of the guide: three valid convolutions, each pooled, and a softmax head."""

from collections import OrderedDict

from torch import nn

from torch_impl.arguments import check_rate, check_sides, check_size


class SequentialCNN(nn.Module):
    """Image (B, channels, H, W) -> probabilities (B, classes).

    Args:
        channels: channels of the image.
        size: height and width of the image.
        classes: width of the head.
        dropout: rate before the head, in [0, 1).

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    def __init__(self, channels=3, size=(32, 32), classes=10, dropout=0.5):
        super().__init__()
        check_size("channels", channels)
        check_sides("size", size, 22)
        check_size("classes", classes)
        check_rate("dropout", dropout)
        self.blocks = nn.Sequential()
        height, width = size
        for after in (32, 64, 128):
            layers = OrderedDict(conv=nn.Conv2d(channels, after, 3), relu=nn.ReLU(), pool=nn.MaxPool2d(2))
            self.blocks.append(nn.Sequential(layers))
            channels, height, width = after, (height - 2) // 2, (width - 2) // 2
        self.flatten = nn.Flatten()
        self.dense = nn.Linear(channels * height * width, 256)
        self.relu = nn.ReLU()
        self.drop = nn.Dropout(dropout)
        self.head = nn.Linear(256, classes)
        self.softmax = nn.Softmax(dim=1)

    def forward(self, image):
        x = self.flatten(self.blocks(image))
        x = self.head(self.drop(self.relu(self.dense(x))))
        return self.softmax(x)
