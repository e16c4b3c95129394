"""My strided Keras convolutions give other numbers than PyTorch with padding=1; with stride 1 they agree.

Asked in keras-team/keras pull request 16363 and taehoonlee/tensornets issue 25.
"""

INPUTS = ("32x32x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["same-padding-stride"], "keras": ["conv2d"], "torch": ["conv1"]},
        {"rules": ["same-padding-stride"], "keras": ["conv2d_1"], "torch": ["conv2"]},
    ],
}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((32, 32, 3)),
            layers.Conv2D(8, 3, strides=2, padding="same", activation="relu"),
            layers.Conv2D(12, 3, strides=2, padding="same", activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(5),
        ]
    )


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(3, 8, 3, stride=2, padding=1)
            self.conv2 = nn.Conv2d(8, 12, 3, stride=2, padding=1)
            self.fc = nn.Linear(12, 5)

        def forward(self, x):
            x = F.relu(self.conv1(x))
            x = F.relu(self.conv2(x))
            return self.fc(x.mean((2, 3)))

    return Net()
