"""Two small Keras networks; ``fault`` breaks one thing."""

import keras
from keras import Input, Model, layers, ops

from keras_impl.layers.aligned import GELU, BatchNormalization, ChannelsFirstFlatten


def build_image_net(fault=""):
    """Image (B, 8, 8, 3) -> {"logits": (B, 4)}."""
    image = Input((8, 8, 3), name="image")
    x = layers.Conv2D(6, 3, padding="same", use_bias=fault != "keras-missing-bias", name="conv")(image)
    x = BatchNormalization(name="norm")(x)
    x = layers.ReLU(name="relu")(x)
    x = layers.MaxPooling2D(2, name="pool")(x)
    x = layers.SpatialDropout2D(0.25, name="drop")(x)
    flatten = layers.Flatten if fault == "keras-flatten-order" else ChannelsFirstFlatten
    x = flatten(name="flatten")(x)
    y = layers.Dense(8, name="dense")(x)
    y = GELU(approximate="tanh" if fault == "keras-gelu-form" else "none", name="gelu")(y)
    z = layers.Dense(8, name="second")(y)
    logits = layers.Dense(4, name="head")((ops.stop_gradient(y) if fault == "keras-stop-gradient" else y) + z)
    return Model(image, {"scores" if fault == "keras-output-name" else "logits": logits}, name="image_net")


def build_text_net(fault=""):
    """Tokens (B, L) -> logits (B, 3)."""
    tokens = Input((None,), dtype="int32", name="tokens")
    x = layers.Embedding(20, 6, name="embedding")(tokens)
    x = layers.LSTM(5, return_sequences=True, name="lstm")(x)
    x = layers.Dropout(0.3, name="drop")(x)
    x = ops.mean(x, axis=1)
    return Model(tokens, layers.Dense(3, name="head")(x), name="text_net")


def build_nothing():
    """A function that forgets to return its model."""
    keras.Sequential([layers.Dense(1)])


def build_deaf_net():
    """Features (B, 5) -> outputs (B, 3) that hardly depend on them."""
    features = Input((5,), name="features")
    return Model(features, 1 + 1e-7 * layers.Dense(3, name="dense")(features), name="deaf_net")
