"""A decoder of volumes: a transposed convolution in three dimensions, and a crop."""

INPUTS = ["4x4x4x2"]
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    i = keras.Input((4, 4, 4, 2))
    x = layers.Conv3DTranspose(3, 3, strides=2)(i)
    x = layers.Cropping3D(((1, 0), (0, 1), (1, 1)))(x)
    return keras.Model(i, layers.Dense(2)(layers.GlobalMaxPooling3D()(x)))


def torch_model():
    import torch
    from torch import nn

    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.up = nn.ConvTranspose3d(2, 3, 3, 2)
            self.o = nn.Linear(3, 2)

        def forward(self, x):
            x = self.up(x)[:, :, 1:, :-1, 1:-1]
            return self.o(torch.amax(x, dim=(2, 3, 4)))

    return M()
