"""Rescaling and resizing inside the Keras model, bilinear upsampling behind a convolution."""

INPUTS = ("9x9x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    x = keras.Input((9, 9, 3))
    y = layers.Rescaling(1 / 127.5, -1)(x)
    y = layers.CenterCrop(8, 8)(y) if False else layers.Resizing(6, 6, interpolation="bilinear")(y)
    y = layers.Conv2D(4, 3, name="c", activation="leaky_relu")(y)
    y = layers.UpSampling2D(2, interpolation="bilinear")(y)
    return keras.Model(x, layers.Dense(2, name="o")(layers.Flatten()(y)))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.c, self.o = nn.Conv2d(3, 4, 3), nn.Linear(256, 2)

        def forward(self, x):
            y = F.interpolate(x / 127.5 - 1, (6, 6), mode="bilinear", align_corners=False, antialias=False)
            y = F.leaky_relu(self.c(y), 0.2)
            y = F.interpolate(y, scale_factor=2, mode="bilinear", align_corners=False)
            return self.o(y.flatten(1))

    return Net()
