"""Batch-norm perceptron: two hidden layers, each batch norm -> ReLU."""

from torch import nn

from torch_impl.arguments import check_size


class BatchNormMLP(nn.Module):
    """Features (B, features) -> logits (B, classes).

    Args:
        features: width of the input.
        units: width of both hidden layers.
        classes: width of the head.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    def __init__(self, features=20, units=64, classes=2):
        super().__init__()
        check_size("features", features)
        check_size("units", units)
        check_size("classes", classes)
        self.dense1 = nn.Linear(features, units)
        self.norm1, self.relu1 = nn.BatchNorm1d(units), nn.ReLU()
        self.dense2 = nn.Linear(units, units)
        self.norm2, self.relu2 = nn.BatchNorm1d(units), nn.ReLU()
        self.head = nn.Linear(units, classes)

    def forward(self, features):
        x = self.relu1(self.norm1(self.dense1(features)))
        x = self.relu2(self.norm2(self.dense2(x)))
        return self.head(x)
