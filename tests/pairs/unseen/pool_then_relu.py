"""Last block: conv, ReLU, global pooling on one side; conv, global pooling, ReLU on the other."""

INPUTS = ("12x12x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            # two layers in the wrong order
            "rules": ["activation-other", "wiring-other", "norm-activation-order"],
            "keras": ["conv2d_1", "global_average_pooling2d", "activation*", "re_lu*"],
            "torch": ["conv2", "relu*", "adaptive_avg_pool2d", "gap"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input(shape=(12, 12, 3))
    x = layers.Conv2D(8, 3, activation="relu")(inputs)
    x = layers.Conv2D(12, 3)(x)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.ReLU()(x)
    return keras.Model(inputs, layers.Dense(3)(x))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(3, 8, 3)
            self.conv2 = nn.Conv2d(8, 12, 3)
            self.gap = nn.AdaptiveAvgPool2d((1, 1))
            self.fc = nn.Linear(12, 3)

        def forward(self, x):
            x = F.relu(self.conv1(x))
            x = F.relu(self.conv2(x))
            return self.fc(self.gap(x).squeeze(-1).squeeze(-1))

    return Net()
