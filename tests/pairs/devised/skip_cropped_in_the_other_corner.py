"""The skip of my U-Net is cut from the upper left corner in the port and from the lower right one in Keras."""

INPUTS = ("12x12x3",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["crop-place"], "keras": ["cropping2d", "concatenate"], "torch": ["cat", ""]}],
}


def keras_model():
    import keras
    from keras import layers

    i = keras.Input((12, 12, 3))
    x = layers.Conv2D(4, 3, name="a")(i)
    y = layers.Conv2D(4, 3, name="d")(x)
    y = layers.Conv2D(4, 3, name="e")(y)
    x = layers.Cropping2D(((4, 0), (4, 0)))(x)
    x = layers.Concatenate()([x, y])
    return keras.Model(i, layers.Conv2D(2, 3, name="b")(x))


def torch_model():
    import torch
    from torch import nn

    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.Conv2d(3, 4, 3)
            self.d = nn.Conv2d(4, 4, 3)
            self.e = nn.Conv2d(4, 4, 3)
            self.b = nn.Conv2d(8, 2, 3)

        def forward(self, x):
            x = self.a(x)
            y = self.e(self.d(x))
            return self.b(torch.cat([x[:, :, :6, :6], y], 1))

    return M()
