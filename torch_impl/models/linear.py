"""One weight, no bias: the smallest network that has a gradient."""

from torch import nn

from torch_impl.arguments import check_size


class Linear(nn.Module):
    """Features (B, features) -> prediction (B, classes).

    Args:
        features: width of the input.
        classes: width of the output.
        weight: initial value of every weight.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    def __init__(self, features=1, classes=1, weight=1.0):
        super().__init__()
        check_size("features", features)
        check_size("classes", classes)
        self.dense = nn.Linear(features, classes, bias=False)
        nn.init.constant_(self.dense.weight, weight)

    def forward(self, features):
        return self.dense(features)
