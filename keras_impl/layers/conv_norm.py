"""Convolution without bias -> batch norm -> activation: the unit of mobile networks.

Children are numbered 0, 1, 2, as torchvision numbers them.
"""

from keras import layers

from keras_impl.layers.aligned import BatchNormalization, Conv2D, DepthwiseConv2D


def conv_norm(x, width, kernel, stride, activation, name, depthwise=False):
    """Image (B, H, W, C) -> (B, H/stride, W/stride, width).

    ``activation`` is "relu6", "silu" or None; ``depthwise`` means one filter per channel, and width = C.
    """
    options = {"strides": stride, "padding": kernel // 2, "use_bias": False, "name": f"{name}.0"}
    x = DepthwiseConv2D(kernel, **options)(x) if depthwise else Conv2D(width, kernel, **options)(x)
    x = BatchNormalization(name=f"{name}.1")(x)
    if activation == "relu6":
        return layers.ReLU(max_value=6.0, name=f"{name}.2")(x)
    return layers.Activation(activation, name=f"{name}.2")(x) if activation else x
