"""I cropped with negative numbers in F.pad and listed the rows first."""

INPUTS = ("9x9x3",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["cropping-argument-order", "crop-place"], "keras": ["crop"], "torch": ["pad", ""]}],
}


def keras_model():
    import keras
    from keras import layers

    i = keras.Input((9, 9, 3))
    x = layers.Conv2D(4, 3, padding="same", name="a")(i)
    x = layers.Cropping2D(((1, 2), (0, 3)), name="crop")(x)
    return keras.Model(i, layers.Conv2D(2, 3, name="b")(x))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.Conv2d(3, 4, 3, padding=1)
            self.b = nn.Conv2d(4, 2, 3)

        def forward(self, x):
            return self.b(F.pad(self.a(x), (-1, -2, 0, -3)))

    return M()
