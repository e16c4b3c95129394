"""A dilated convolution was ported without its dilation."""

INPUTS = ("16x16x3",)
TRUTH = {"identical": False, "causes": [{"rules": ["dilation-other"], "keras": ["conv2d"], "torch": ["a"]}]}


def keras_model():
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((16, 16, 3)),
            layers.Conv2D(4, 3, padding="same", dilation_rate=2, activation="relu"),
            layers.Conv2D(4, 3, strides=2, padding="same", activation="relu"),
            layers.GlobalAveragePooling2D(),
        ]
    )


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.Conv2d(3, 4, 3, padding=1)
            self.b = nn.Conv2d(4, 4, 3, 2)

        def forward(self, x):
            x = F.relu(self.a(x))
            return F.relu(self.b(F.pad(x, (0, 1, 0, 1)))).mean([2, 3])

    return Net()
