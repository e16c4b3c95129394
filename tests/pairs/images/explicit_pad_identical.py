"""TensorFlow's padding rebuilt with F.pad in front of a strided convolution, transposed convolution "valid"."""

INPUTS = ("16x16x3",)
TRUTH = {"identical": True}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((16, 16, 3)),
            layers.Conv2D(6, 3, strides=2, padding="same", activation="relu"),
            layers.Conv2DTranspose(4, 2, strides=2, activation="tanh"),
            layers.Conv2D(4, 3, dilation_rate=2, padding="same"),
        ]
    )


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.down = nn.Conv2d(3, 6, 3, stride=2)
            self.up = nn.ConvTranspose2d(6, 4, kernel_size=2, stride=2)
            self.atrous = nn.Conv2d(4, 4, 3, padding=2, dilation=2)

        def forward(self, x):
            x = F.relu(self.down(F.pad(x, (0, 1, 0, 1))))
            return self.atrous(torch.tanh(self.up(x)))

    return Net()
