"""The port mirrors the edges in front of its blur, and my Keras blur just says SAME."""

INPUTS = ("9x9x3",)
TRUTH = {"identical": False, "causes": [{"rules": ["padding-mode"], "keras": ["blur"], "torch": ["pad", "conv2d", ""]}]}


def keras_model():
    import keras
    import numpy as np
    import tensorflow as tf
    from keras import layers

    i = keras.Input((9, 9, 3))
    x = layers.Conv2D(4, 3, padding="same", activation="relu", name="c")(i)
    k = np.outer([1.0, 2.0, 1.0], [1.0, 2.0, 1.0]) / 16
    k = np.repeat(k[:, :, None, None], 4, 2)
    x = layers.Lambda(lambda t: tf.nn.depthwise_conv2d(t, tf.cast(k, t.dtype), [1, 1, 1, 1], "SAME"), name="blur")(x)
    return keras.Model(i, layers.Conv2D(2, 3, name="o")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.c = nn.Conv2d(3, 4, 3, padding=1)
            self.o = nn.Conv2d(4, 2, 3)
            a = torch.tensor([1.0, 2.0, 1.0])
            f = a[:, None] * a[None, :]
            self.register_buffer("filt", (f / f.sum())[None, None].repeat(4, 1, 1, 1))

        def forward(self, x):
            x = F.relu(self.c(x))
            x = F.conv2d(F.pad(x, (1, 1, 1, 1), mode="reflect"), self.filt, groups=4)
            return self.o(x)

    return M()
