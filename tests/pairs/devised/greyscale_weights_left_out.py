"""Keras sums the channels with the luma weights that I typed in; the port averages them."""

INPUTS = ("8x8x3",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["data-greyscale"], "keras": ["sum", "multiply"], "torch": ["mean", ""]}],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    i = keras.Input((8, 8, 3))
    x = ops.sum(i * np.array([0.299, 0.587, 0.114]), axis=-1, keepdims=True)
    return keras.Model(i, layers.Conv2D(2, 3)(x))


def torch_model():
    from torch import nn

    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.c = nn.Conv2d(1, 2, 3)

        def forward(self, x):
            return self.c(x.mean(1, keepdim=True))

    return M()
