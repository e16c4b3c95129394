"""A convolution written as unfold, a linear layer and fold."""

INPUTS = ["8x8x3"]
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    i = keras.Input((8, 8, 3))
    x = layers.Conv2D(5, 3, strides=2, activation="relu")(i)
    return keras.Model(i, layers.Dense(2)(layers.Flatten()(x)))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.l = nn.Linear(27, 5)
            self.o = nn.Linear(45, 2)

        def forward(self, x):
            c = F.unfold(x, 3, stride=2)
            y = self.l(c.transpose(1, 2)).relu().transpose(1, 2)
            return self.o(F.fold(y, (3, 3), 1).flatten(1))

    return M()
