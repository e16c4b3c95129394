"""Extracted patches, a dense layer and scaled attention in Keras; a strided convolution and products in PyTorch."""

INPUTS = ("9x9x2",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    x = keras.Input((9, 9, 2))
    y = ops.image.extract_patches(x, (3, 3), strides=3)
    y = layers.Reshape((9, 18))(y)
    y = layers.Dense(8, name="d")(y)
    y = layers.Attention(use_scale=True, name="att")([y, y])
    return keras.Model(x, layers.Dense(2)(layers.GlobalAveragePooling1D()(y)))


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.c, self.s, self.h = nn.Conv2d(2, 8, 3, 3), nn.Parameter(torch.ones(())), nn.Linear(8, 2)

        def forward(self, x):
            y = self.c(x).flatten(2).transpose(1, 2)
            y = torch.softmax(y @ y.mT * self.s, -1) @ y
            return self.h(y.mean(1))

    return Net()
