"""Convolution, group norm, slopes and a transposed convolution whose weights are bare parameters in PyTorch."""

INPUTS = ("8x8x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    x = keras.Input((8, 8, 3))
    y = layers.Conv2D(6, 3, padding="same", name="c")(x)
    y = layers.GroupNormalization(2, epsilon=1e-5, name="g")(y)
    y = layers.PReLU(shared_axes=[1, 2], name="p")(y)
    y = layers.Conv2DTranspose(4, 2, 2, name="t")(y)
    return keras.Model(x, layers.Dense(2)(layers.GlobalAveragePooling2D()(y)))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.cw, self.cb = nn.Parameter(torch.randn(6, 3, 3, 3)), nn.Parameter(torch.randn(6))
            self.gw, self.gb = nn.Parameter(torch.ones(6)), nn.Parameter(torch.zeros(6))
            self.pw = nn.Parameter(torch.full((6,), 0.25))
            self.tw, self.tb = nn.Parameter(torch.randn(6, 4, 2, 2)), nn.Parameter(torch.randn(4))
            self.head = nn.Linear(4, 2)

        def forward(self, x):
            y = F.conv2d(x, self.cw, self.cb, padding=1)
            y = F.prelu(F.group_norm(y, 2, self.gw, self.gb, 1e-5), self.pw)
            y = F.conv_transpose2d(y, self.tw, self.tb, stride=2)
            return self.head(y.mean((2, 3)))

    return Net()
