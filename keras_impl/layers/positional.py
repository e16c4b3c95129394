"""Positions added to a sequence: fixed sinusoids (Vaswani et al., 2017) or a learned table."""

import keras
import numpy as np
from keras import layers, ops

from keras_impl.arguments import check_size


@keras.saving.register_keras_serializable(package="keras_impl")
class SinusoidalPositions(layers.Layer):
    """Sequence (B, L, width) -> the same shape, plus sin and cos of the position in alternate features.

    Features 2i and 2i + 1 turn by ``10000 ** (-2i / width)`` per step. Any length; nothing is learned.

    Args:
        width: width of the sequence.
        scale: factor of the sequence; the paper has ``sqrt(width)``.
    """

    def __init__(self, width, scale=1.0, **kwargs):
        super().__init__(**kwargs)
        check_size("width", width)
        self.width = width
        self.scale = scale
        rates = [10000.0 ** (-index / width) for index in range(0, width, 2)]
        self.rates = np.asarray(rates, dtype="float64")

    def call(self, x, start=0):
        """``start`` is the position of the first step."""
        length = ops.shape(x)[1]
        positions = ops.cast(ops.arange(length, dtype="int32") + start, x.dtype)
        angles = ops.expand_dims(positions, 1) * ops.convert_to_tensor(self.rates, dtype=x.dtype)  # L D/2
        waves = ops.stack([ops.sin(angles), ops.cos(angles)], axis=-1)
        return self.scale * x + ops.reshape(waves, (length, -1))[:, : self.width]

    def get_config(self):
        return {**super().get_config(), "width": self.width, "scale": self.scale}


@keras.saving.register_keras_serializable(package="keras_impl")
class LearnedPositions(layers.Layer):
    """Sequence (B, L, width) -> the same shape, plus one learned row per position.

    Args:
        length: positions in the table, the longest sequence.
        width: width of the sequence.
    """

    def __init__(self, length, width, **kwargs):
        super().__init__(**kwargs)
        check_size("length", length)
        check_size("width", width)
        self.length = length
        self.width = width
        self.table = layers.Embedding(length, width, name="table")

    def build(self, x_shape):
        self.table.build((x_shape[1],))

    def call(self, x, start=0):
        """``start`` is the position of the first step."""
        return x + self.table(ops.arange(ops.shape(x)[1], dtype="int32") + start)

    def get_config(self):
        return {**super().get_config(), "length": self.length, "width": self.width}
