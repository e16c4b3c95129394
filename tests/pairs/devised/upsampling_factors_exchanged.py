"""Rows are doubled and columns tripled; the port has the factors the other way round."""

INPUTS = ["5x5x3"]
TRUTH = {"identical": False, "causes": [{"rules": ["resize-size"], "keras": ["up"], "torch": ["interpolate*"]}]}


def keras_model():
    import keras
    from keras import layers

    i = keras.Input((5, 5, 3))
    x = layers.UpSampling2D((2, 3), name="up")(layers.Conv2D(4, 1)(i))
    return keras.Model(i, layers.Dense(3)(layers.GlobalMaxPooling2D()(layers.Conv2D(2, 3)(x))))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.Conv2d(3, 4, 1)
            self.b = nn.Conv2d(4, 2, 3)
            self.o = nn.Linear(2, 3)

        def forward(self, x):
            return self.o(self.b(F.interpolate(self.a(x), scale_factor=(3, 2))).amax((2, 3)))

    return M()
