"""PyTorch gives other predictions on every call although I called eval().

Coderx7/SimpleNet issue 2: F.dropout does not know about eval().
"""

INPUTS = ("14x14x1",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["train-mode-left-on"], "keras": ["dropout", "dense_1"], "torch": ["", "dropout"]}],
}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((14, 14, 1)),
            layers.Conv2D(6, 5, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(20, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(10),
        ]
    )


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class LeNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(1, 6, 5)
            self.fc1 = nn.Linear(150, 20)
            self.fc2 = nn.Linear(20, 10)

        def forward(self, x):
            x = F.max_pool2d(F.relu(self.conv1(x)), 2)
            x = x.view(-1, 150)
            x = F.dropout(F.relu(self.fc1(x)), 0.5)
            return self.fc2(x)

    return LeNet()
