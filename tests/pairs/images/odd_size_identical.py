"""Strided "same" convolution and pooling at an odd size: the padding is even there, padding=1 is right."""

INPUTS = ("15x15x3",)
TRUTH = {"identical": True}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((15, 15, 3)),
            layers.Conv2D(6, 5, padding="same", activation="relu"),
            layers.MaxPooling2D(3, strides=1, padding="same"),
            layers.MaxPooling2D(3, strides=2, padding="same"),
            layers.Conv2D(8, 1, strides=2, activation="relu"),
            layers.GlobalAveragePooling2D(),
        ]
    )


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(3, 6, 5, padding="same")
            self.pool1 = nn.MaxPool2d(3, 1, 1)
            self.pool2 = nn.MaxPool2d(3, 2, 1)
            self.conv2 = nn.Conv2d(6, 8, 1, stride=2)

        def forward(self, x):
            x = self.pool2(self.pool1(torch.relu(self.conv1(x))))
            return torch.relu(self.conv2(x)).mean(dim=(-2, -1))

    return Net()
