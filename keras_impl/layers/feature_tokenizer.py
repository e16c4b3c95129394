"""Feature tokenizer: each number of a table row becomes a vector (Gorishniy et al., 2021)."""

import keras
from keras import layers, ops

from keras_impl.arguments import check_size


@keras.saving.register_keras_serializable(package="keras_impl")
class FeatureTokenizer(layers.Layer):
    """Features (B, F) -> class token and one token per feature (B, 1 + F, D).

    Args:
        features: F.
        width: D.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    def __init__(self, features, width, **kwargs):
        super().__init__(**kwargs)
        check_size("features", features)
        check_size("width", width)
        self.features = features
        self.width = width

    def build(self, input_shape):
        limit = self.width**-0.5
        uniform = keras.initializers.RandomUniform(-limit, limit)
        self.weight = self.add_weight((self.features, self.width), uniform, name="weight")
        self.bias = self.add_weight((self.features, self.width), uniform, name="bias")
        self.token = self.add_weight((1, self.width), uniform, name="token")

    def call(self, inputs):
        tokens = inputs[:, :, None] * self.weight + self.bias
        first = ops.broadcast_to(self.token, (ops.shape(inputs)[0], 1, self.width))
        return ops.concatenate([first, tokens], axis=1)

    def get_config(self):
        return {**super().get_config(), "features": self.features, "width": self.width}
