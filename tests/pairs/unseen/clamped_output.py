"""SRCNN: the PyTorch author clamps the restored image to 0..1 inside forward."""

INPUTS = ("16x16x1",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            # a clamp is an activation that only one side has
            "rules": ["activation-other", "activation-parameter", "relu-threshold"],
            "keras": ["conv3", "add", ""],
            "torch": ["clamp", "conv3", "add*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((16, 16, 1), name="low_res")
    x = layers.Conv2D(8, 9, padding="same", activation="relu", name="conv1")(inputs)
    x = layers.Conv2D(6, 1, activation="relu", name="conv2")(x)
    x = layers.Conv2D(1, 5, padding="same", name="conv3")(x)
    return keras.Model(inputs, layers.Add()([inputs, x]))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class SRCNN(nn.Module):
        def __init__(self, num_channels=1):
            super().__init__()
            self.conv1 = nn.Conv2d(num_channels, 8, kernel_size=9, padding=9 // 2)
            self.conv2 = nn.Conv2d(8, 6, kernel_size=1)
            self.conv3 = nn.Conv2d(6, num_channels, kernel_size=5, padding=5 // 2)

        def forward(self, x):
            y = self.conv3(F.relu(self.conv2(F.relu(self.conv1(x)))))
            return (x + y).clamp(0.0, 1.0)

    return SRCNN()
