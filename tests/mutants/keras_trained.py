"""Two tiny Keras networks that are trained."""

from keras import Input, Model, layers, ops

from keras_impl.layers.aligned import BatchNormalization


def build_table_net(classes=3):
    """Features (B, 6) -> logits (B, classes)."""
    features = Input((6,), name="features")
    x = layers.Dense(5, name="first")(features)
    x = BatchNormalization(name="norm")(x)
    x = layers.ReLU(name="relu")(x)
    x = layers.Dropout(0.25, name="drop")(x)
    return Model(features, layers.Dense(classes, name="head")(x))


def build_token_net(classes=3):
    """Tokens (B, L) -> logits (B, classes)."""
    tokens = Input((None,), dtype="int32", name="tokens")
    x = layers.Embedding(12, 4, name="embedding")(tokens)
    return Model(tokens, layers.Dense(classes, name="head")(ops.mean(x, axis=1)))


def build_probability_net(classes=3):
    """Features (B, 6) -> probabilities (B, classes)."""
    features = Input((6,), name="features")
    x = layers.Dense(classes, name="head")(features)
    return Model(features, layers.Softmax(name="softmax")(x))
