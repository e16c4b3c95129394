"""A convolution in Keras, written with unfold and a linear layer in PyTorch."""

INPUTS = ("10x10x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    x = keras.Input((10, 10, 3))
    y = layers.Conv2D(6, 3, name="c")(x)
    y = layers.ReLU()(y)
    return keras.Model(x, layers.Dense(3, name="out")(layers.GlobalMaxPooling2D()(y)))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.c, self.out = nn.Linear(27, 6), nn.Linear(6, 3)

        def forward(self, x):
            y = self.c(F.unfold(x, 3).transpose(1, 2)).transpose(1, 2).reshape(len(x), 6, 8, 8)
            return self.out(F.relu(y).amax((2, 3)))

    return Net()
