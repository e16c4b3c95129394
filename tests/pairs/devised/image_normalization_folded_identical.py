"""Mean and deviation of ImageNet, in 0 to 255: scale and offset in lists for Rescaling, buffers in PyTorch."""

INPUTS = ["8x8x3"]
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    i = keras.Input((8, 8, 3))
    x = layers.Rescaling(
        scale=[1 / (255 * 0.229), 1 / (255 * 0.224), 1 / (255 * 0.225)],
        offset=[-0.485 / 0.229, -0.456 / 0.224, -0.406 / 0.225],
    )(i)
    return keras.Model(i, layers.Conv2D(4, 3)(x))


def torch_model():
    import torch
    from torch import nn

    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("mean", torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1) * 255)
            self.register_buffer("std", torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1) * 255)
            self.c = nn.Conv2d(3, 4, 3)

        def forward(self, x):
            return self.c(x.sub(self.mean).div(self.std))

    return M()
