"""ImageNet statistics as NumPy float32 on one side, as buffers on the other; pixels up to 255."""

INPUTS = ("16x16x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    import numpy as np
    from keras import layers

    m = np.array([0.485, 0.456, 0.406], "float32")
    s = np.array([0.229, 0.224, 0.225], "float32")
    inputs = keras.Input((16, 16, 3))
    x = layers.Lambda(lambda t: (t / 255.0 - m) / s)(inputs)
    x = layers.Conv2D(4, 3)(x)
    return keras.Model(inputs, layers.GlobalAveragePooling2D()(x))


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.c = nn.Conv2d(3, 4, 3)
            self.register_buffer("m", torch.tensor([0.485, 0.456, 0.406]).view(-1, 1, 1))
            self.register_buffer("s", torch.tensor([0.229, 0.224, 0.225]).view(-1, 1, 1))

        def forward(self, x):
            return self.c((x / 255.0 - self.m) / self.s).mean((2, 3))

    return Net()
