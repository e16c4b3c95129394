"""Keras layers that take PyTorch's meaning where the stock layer has no switch for it.

Each class names the rule (``parity explain RULE``) that it follows. ``torch_impl.layers.aligned`` holds
the layers for which PyTorch gives way.
"""

import math

import keras
from keras import ops

from keras_impl.arguments import check_choice


@keras.saving.register_keras_serializable(package="keras_impl")
class BatchNormalization(keras.layers.BatchNormalization):
    """Batch norm over (..., C) with PyTorch's defaults and its unbiased running variance.

    Normalises with the variance divided by n, remembers the one divided by n - 1.

    rule: norm-epsilon, norm-momentum, norm-running-variance
    """

    def __init__(self, momentum=0.9, epsilon=1e-5, **kwargs):
        super().__init__(momentum=momentum, epsilon=epsilon, **kwargs)

    def call(self, inputs, training=None, mask=None):
        kept = self.momentum * self.moving_variance
        outputs = super().call(inputs, training=training, mask=mask)
        if training and self.trainable:
            share = self.moving_variance - kept
            count = ops.prod(ops.shape(inputs)) // inputs.shape[self.axis]
            degrees = ops.maximum(ops.cast(count, share.dtype) - 1, 1)
            self.moving_variance.assign(self.moving_variance + share / degrees)
        return outputs


@keras.saving.register_keras_serializable(package="keras_impl")
class ChannelsFirstFlatten(keras.layers.Flatten):
    """Flatten (B, H, W, C) -> (B, C*H*W), the order in which PyTorch flattens an image.

    rule: flatten-order
    """

    order = "channels_first"

    def call(self, inputs):
        return super().call(ops.moveaxis(inputs, -1, 1))


@keras.saving.register_keras_serializable(package="keras_impl")
class GELU(keras.layers.Layer):
    """GELU written out, exact (through ``erf``) or by the ``tanh`` formula, as ``nn.GELU(approximate)``.

    TensorFlow's own exact form exports to an ONNX operator that does not exist.

    rule: gelu-form, export-erfc
    """

    def __init__(self, approximate="none", **kwargs):
        super().__init__(**kwargs)
        check_choice("approximate", approximate, ("none", "tanh"))
        self.approximate = approximate

    def call(self, inputs):
        if self.approximate == "tanh":
            cubic = inputs + 0.044715 * inputs * inputs * inputs
            return 0.5 * inputs * (1 + ops.tanh(math.sqrt(2 / math.pi) * cubic))
        return 0.5 * inputs * (1 + ops.erf(inputs * math.sqrt(0.5)))

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "approximate": self.approximate}


def _pad_image(inputs, padding, value=0.0):
    """Add ``padding`` = (rows, columns) on both ends of each image axis, as PyTorch's number means it."""
    rows, columns = padding
    if rows == columns == 0:
        return inputs
    return ops.pad(inputs, ((0, 0), (rows, rows), (columns, columns), (0, 0)), constant_values=value)


def _padded_shape(shape, padding):
    sides = (None if side is None else side + 2 * pad for side, pad in zip(shape[1:-1], padding, strict=True))
    return (shape[0], *sides, shape[-1])


def _pair(padding):
    rows, columns = (padding, padding) if isinstance(padding, int) else padding
    return int(rows), int(columns)


@keras.saving.register_keras_serializable(package="keras_impl")
class Conv2D(keras.layers.Conv2D):
    """Convolution (B, H, W, C) -> (B, H', W', filters) whose ``padding`` is PyTorch's number.

    "same" with a stride pads one more on the right; a number pads both ends alike.

    rule: same-padding-stride
    """

    def __init__(self, filters, kernel_size, strides=1, padding=0, **kwargs):
        super().__init__(filters, kernel_size, strides=strides, padding="valid", **kwargs)
        self.torch_padding = _pair(padding)

    def call(self, inputs):
        return super().call(_pad_image(inputs, self.torch_padding))

    def compute_output_shape(self, input_shape):
        return super().compute_output_shape(_padded_shape(input_shape, self.torch_padding))

    def get_config(self):
        return {**super().get_config(), "padding": self.torch_padding}


@keras.saving.register_keras_serializable(package="keras_impl")
class DepthwiseConv2D(keras.layers.DepthwiseConv2D):
    """Depthwise convolution (B, H, W, C) -> (B, H', W', C) whose ``padding`` is PyTorch's number.

    rule: same-padding-stride
    """

    def __init__(self, kernel_size, strides=1, padding=0, **kwargs):
        super().__init__(kernel_size, strides=strides, padding="valid", **kwargs)
        self.torch_padding = _pair(padding)

    def call(self, inputs):
        return super().call(_pad_image(inputs, self.torch_padding))

    def compute_output_shape(self, input_shape):
        return super().compute_output_shape(_padded_shape(input_shape, self.torch_padding))

    def get_config(self):
        return {**super().get_config(), "padding": self.torch_padding}


@keras.saving.register_keras_serializable(package="keras_impl")
class MaxPooling2D(keras.layers.MaxPooling2D):
    """Max-pool (B, H, W, C) -> (B, H', W', C) whose ``padding`` is PyTorch's number of -inf on both ends.

    Args:
        pool_size: height and width of a window.
        strides: step; ``pool_size`` unless given.
        padding: rows and columns added on both ends.
        ceil_mode: a window that sticks out at the end counts too; for windows that touch without padding.

    Raises:
        ValueError: for ``ceil_mode`` with padding, or with a step other than ``pool_size``.

    rule: pool-padding
    """

    def __init__(self, pool_size=2, strides=None, padding=0, ceil_mode=False, **kwargs):
        super().__init__(pool_size, strides=strides, padding="same" if ceil_mode else "valid", **kwargs)
        self.torch_padding = _pair(padding)
        self.ceil_mode = ceil_mode
        if ceil_mode and (self.strides != self.pool_size or self.torch_padding != (0, 0)):
            raise ValueError(f"ceil_mode={ceil_mode!r}: expected strides of pool_size and no padding")

    def call(self, inputs):
        return super().call(_pad_image(inputs, self.torch_padding, float("-inf")))

    def compute_output_shape(self, input_shape):
        return super().compute_output_shape(_padded_shape(input_shape, self.torch_padding))

    def get_config(self):
        return {**super().get_config(), "padding": self.torch_padding, "ceil_mode": self.ceil_mode}


@keras.saving.register_keras_serializable(package="keras_impl")
class StochasticDepth(keras.layers.Dropout):
    """Dropout of whole samples (B, ...) -> same shape: one draw (B, 1, 1, 1) decides for all of an image.

    rule: dropout-stochastic-depth
    """

    def __init__(self, rate, **kwargs):
        super().__init__(rate, noise_shape=(None, 1, 1, 1), **kwargs)

    def get_config(self):
        config = super().get_config()
        config.pop("noise_shape")
        return config
