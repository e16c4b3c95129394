"""Dropout perceptron: two hidden layers, each ReLU -> dropout."""

from torch import nn

from torch_impl.arguments import check_rate, check_size


class DropoutMLP(nn.Module):
    """Features (B, features) -> logits (B, classes).

    Args:
        features: width of the input.
        units: width of both hidden layers.
        classes: width of the head.
        dropout: rate after each hidden layer, in [0, 1).

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    def __init__(self, features=20, units=64, classes=2, dropout=0.5):
        super().__init__()
        check_size("features", features)
        check_size("units", units)
        check_size("classes", classes)
        check_rate("dropout", dropout)
        self.dense1 = nn.Linear(features, units)
        self.relu1, self.drop1 = nn.ReLU(), nn.Dropout(dropout)
        self.dense2 = nn.Linear(units, units)
        self.relu2, self.drop2 = nn.ReLU(), nn.Dropout(dropout)
        self.head = nn.Linear(units, classes)

    def forward(self, features):
        x = self.drop1(self.relu1(self.dense1(features)))
        x = self.drop2(self.relu2(self.dense2(x)))
        return self.head(x)
