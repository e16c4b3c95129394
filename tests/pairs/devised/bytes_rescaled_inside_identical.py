"""Images arrive as bytes and are scaled inside of both models."""

INPUTS = ("8x8x3:uint8",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    i = keras.Input((8, 8, 3), dtype="uint8")
    x = layers.Rescaling(1 / 255.0)(i)
    return keras.Model(i, layers.Conv2D(4, 3, name="c")(x))


def torch_model():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.c = nn.Conv2d(3, 4, 3)

        def forward(self, x):
            return self.c(x.to(self.c.weight.dtype) / 255)

    return Net()
