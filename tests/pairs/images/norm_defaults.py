"""Everything is default on both sides, the outputs agree to three digits only.

gzuidhof/nn-transfer pull request 3; stackoverflow.com question 60079783.
"""

INPUTS = ("16x16x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["norm-epsilon"], "keras": ["batch_normalization"], "torch": ["bn1"]},
        {"rules": ["norm-epsilon"], "keras": ["batch_normalization_1"], "torch": ["bn2"]},
        {"rules": ["norm-momentum"], "keras": ["batch_normalization"], "torch": ["bn1"], "visible": False},
    ],
}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((16, 16, 3))
    x = layers.Conv2D(8, 3, activation="relu")(inputs)
    x = layers.BatchNormalization()(x)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Conv2D(8, 3, activation="relu")(x)
    x = layers.BatchNormalization()(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(4)(x))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(3, 8, 3)
            self.bn1 = nn.BatchNorm2d(8)
            self.conv2 = nn.Conv2d(8, 8, 3)
            self.bn2 = nn.BatchNorm2d(8)
            self.out = nn.Linear(8, 4)

        def forward(self, x):
            x = F.max_pool2d(self.bn1(F.relu(self.conv1(x))), 2)
            x = self.bn2(F.relu(self.conv2(x)))
            x = F.adaptive_avg_pool2d(x, 1).view(x.size(0), -1)
            return self.out(x)

    return Net()
