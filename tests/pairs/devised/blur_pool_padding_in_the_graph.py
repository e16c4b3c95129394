"""I pad with ops.pad in front of a frozen depthwise blur; the port gives conv2d a padding of one."""

INPUTS = ("9x9x3",)
TRUTH = {"identical": False, "causes": [{"rules": ["padding-mode"], "keras": ["blur", "pad"], "torch": ["2", ""]}]}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    i = keras.Input((9, 9, 3))
    x = layers.Conv2D(4, 3, padding="same", activation="relu", name="c")(i)
    k = np.outer([1.0, 2.0, 1.0], [1.0, 2.0, 1.0]) / 16
    k = np.repeat(k[:, :, None, None], 4, 2)
    x = ops.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]], mode="reflect")
    x = layers.DepthwiseConv2D(
        3, strides=2, use_bias=False, trainable=False, depthwise_initializer=keras.initializers.Constant(k), name="blur"
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

    return nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), BlurPool(4), nn.Conv2d(4, 2, 3))
