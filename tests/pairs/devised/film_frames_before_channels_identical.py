"""A clip goes through a convolution frame by frame and then an LSTM; PyTorch takes (N, T, C, H, W)."""

INPUTS = ("4x8x8x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    i = keras.Input((4, 8, 8, 3))
    x = layers.TimeDistributed(layers.Conv2D(5, 3, strides=2, activation="relu", name="c"))(i)
    x = layers.TimeDistributed(layers.GlobalAveragePooling2D())(x)
    return keras.Model(i, layers.Dense(3, name="o")(layers.LSTM(6, name="l")(x)))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.c, self.l, self.o = nn.Conv2d(3, 5, 3, 2), nn.LSTM(5, 6, batch_first=True), nn.Linear(6, 3)

        def forward(self, x):
            b, t, c, h, w = x.shape
            y = F.relu(self.c(x.view(b * t, c, h, w))).mean((-1, -2)).view(b, t, -1)
            return self.o(self.l(y)[0][:, -1])

    return Net()
