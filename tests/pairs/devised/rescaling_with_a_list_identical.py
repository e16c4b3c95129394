"""Rescaling gets a scale per channel as a list; PyTorch divides by a buffer."""

INPUTS = ["8x8x3"]
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    i = keras.Input((8, 8, 3))
    x = layers.Rescaling(scale=[1 / 58.395, 1 / 57.12, 1 / 57.375])(i)
    return keras.Model(i, layers.Conv2D(4, 3)(x))


def torch_model():
    import torch
    from torch import nn

    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("std", torch.tensor([58.395, 57.12, 57.375]).view(1, 3, 1, 1))
            self.c = nn.Conv2d(3, 4, 3)

        def forward(self, x):
            return self.c(x / self.std)

    return M()
