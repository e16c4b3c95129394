"""Nearest neighbours should be nearest neighbours, yet the enlarged maps differ (factor 1.6).

pytorch/pytorch issue 34808.
"""

INPUTS = ("10x10x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["resize-nearest", "resize-scale-factor"], "keras": ["resizing"], "torch": ["interpolate", ""]}
    ],
}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((10, 10, 3)),
            layers.Conv2D(4, 3, padding="same", activation="relu"),
            layers.Resizing(16, 16, interpolation="nearest"),
            layers.Conv2D(2, 3),
        ]
    )


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.c1 = nn.Conv2d(3, 4, 3, padding="same")
            self.c2 = nn.Conv2d(4, 2, 3)

        def forward(self, x):
            x = F.relu(self.c1(x))
            x = F.interpolate(x, size=(16, 16), mode="nearest")
            return self.c2(x)

    return Net()
