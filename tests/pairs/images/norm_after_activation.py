"""Is it conv-bn-relu or conv-relu-bn? My Keras port uses activation="relu" inside the convolution."""

INPUTS = ("16x16x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-activation-order"],
            "keras": ["conv2d", "batch_normalization"],
            "torch": ["conv", "bn", "relu*", ""],
        }
    ],
}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((16, 16, 3)),
            layers.Conv2D(8, 3, padding="same", activation="relu"),
            layers.BatchNormalization(momentum=0.9, epsilon=1e-5),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(4),
        ]
    )


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 8, 3, padding=1)
            self.bn = nn.BatchNorm2d(8)
            self.fc = nn.Linear(8 * 8 * 8, 4)

        def forward(self, x):
            x = F.relu(self.bn(self.conv(x)))
            x = F.max_pool2d(x, 2)
            return self.fc(torch.flatten(x, 1))

    return Net()
