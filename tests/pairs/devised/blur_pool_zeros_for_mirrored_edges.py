"""The blur behind the max pool mirrors the edges in Keras, while the convolution of the port pads with zeros."""

INPUTS = ("9x9x3",)
TRUTH = {"identical": False, "causes": [{"rules": ["padding-mode"], "keras": ["blur"], "torch": ["3", ""]}]}


def keras_model():
    import keras
    import numpy as np
    import tensorflow as tf
    from keras import layers

    i = keras.Input((9, 9, 3))
    x = layers.Conv2D(4, 3, padding="same", activation="relu", name="c")(i)
    x = layers.MaxPooling2D(2, strides=1, name="mp")(x)
    k = np.outer([1.0, 2.0, 1.0], [1.0, 2.0, 1.0]) / 16
    k = np.repeat(k[:, :, None, None], 4, 2).astype("float32")
    x = layers.Lambda(
        lambda t: tf.nn.depthwise_conv2d(
            tf.pad(t, [[0, 0], [1, 1], [1, 1], [0, 0]], "REFLECT"), tf.cast(k, t.dtype), [1, 2, 2, 1], "VALID"
        ),
        name="blur",
    )(x)
    return keras.Model(i, layers.Conv2D(2, 3, name="o")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class BlurPool(nn.Module):
        def __init__(self, c):
            super().__init__()
            a = torch.tensor([1.0, 2.0, 1.0])
            f = a[:, None] * a[None, :]
            self.register_buffer("filt", (f / f.sum())[None, None].repeat(c, 1, 1, 1))

        def forward(self, x):
            return F.conv2d(x, self.filt, stride=2, padding=1, groups=x.shape[1])

    return nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2, 1), BlurPool(4), nn.Conv2d(4, 2, 3))
