"""Accuracy is low in PyTorch: the last block has a softmax and forward() applies another.

Randl/MobileNetV2-pytorch issue 5.
"""

INPUTS = ("6x6x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["softmax-twice", "softmax-missing"],
            "keras": ["probabilities", ""],
            "torch": ["softmax", "head.2", "head.1", ""],
        }
    ],
}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((6, 6, 3)),
            layers.Conv2D(4, 3, activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(5, activation="softmax", name="probabilities"),
        ]
    )


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 4, 3)
            self.head = nn.Sequential(nn.Flatten(), nn.Linear(4, 5), nn.Softmax(dim=1))

        def forward(self, x):
            x = F.adaptive_avg_pool2d(F.relu(self.conv(x)), 1)
            return F.softmax(self.head(x), dim=1)

    return Net()
