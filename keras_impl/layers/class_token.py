"""A learned token in front of a sequence, whose last state stands for the whole (Devlin et al., 2018)."""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable(package="keras_impl")
class ClassToken(layers.Layer):
    """Sequence (B, L, D) -> (B, 1 + L, D), the same learned token in front of every sample."""

    def build(self, x_shape):
        self.token = self.add_weight(shape=(1, 1, x_shape[-1]), initializer="zeros", name="token")

    def call(self, x):
        token = ops.broadcast_to(self.token, (ops.shape(x)[0], 1, x.shape[-1]))
        return ops.concatenate([token, x], axis=1)
