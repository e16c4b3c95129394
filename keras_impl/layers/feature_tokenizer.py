"""Feature tokenizer: each number of a table row becomes a vector (Gorishniy et al., 2021)."""

import keras
from keras import layers

from keras_impl.arguments import check_size


@keras.saving.register_keras_serializable(package="keras_impl")
class FeatureTokenizer(layers.Layer):
    """Features (B, F) -> one token per feature (B, F, D), its number times a row plus a row.

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

    def call(self, inputs):
        return inputs[:, :, None] * self.weight + self.bias

    def get_config(self):
        return {**super().get_config(), "features": self.features, "width": self.width}
