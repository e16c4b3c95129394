"""Two small Keras networks that every recipe can train: one with batch norm and dropout, one recurrent."""

from keras import Input, Model, layers

from keras_impl.layers.aligned import BatchNormalization


def build_norm_net(shape=(6,), classes=2, probabilities=False):
    """Features (B, *shape) -> logits or probabilities (B, classes)."""
    features = Input(tuple(shape), name="features")
    x = layers.Flatten(name="flatten")(features) if len(shape) > 1 else features
    x = layers.Dense(16, name="first")(x)
    x = BatchNormalization(name="norm")(x)
    x = layers.ReLU(name="relu")(x)
    x = layers.Dropout(0.3, name="drop")(x)
    return head(features, x, classes, probabilities)


def build_recurrent_net(shape=(6,), classes=2, probabilities=False):
    """Features (B, *shape), one number or one row per step -> logits or probabilities (B, classes)."""
    features = Input(tuple(shape), name="features")
    x = features if len(shape) > 1 else layers.Reshape((*shape, 1), name="steps")(features)
    x = layers.LSTM(8, return_sequences=True, name="first")(x)
    x = layers.Dropout(0.2, name="drop")(x)
    x = layers.LSTM(8, name="second")(x)
    return head(features, x, classes, probabilities)


def head(features, x, classes, probabilities):
    x = layers.Dense(classes, name="head")(x)
    if probabilities:
        x = layers.Softmax(name="softmax")(x)
    return Model(features, x)
