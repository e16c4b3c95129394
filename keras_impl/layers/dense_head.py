"""Head: a bare dense layer, or dense -> ReLU -> dropout -> dense."""

from keras import layers


def dense_head(x, units, classes, dropout, name):
    """Features (B, D) -> logits (B, classes); ``units`` 0 means no hidden layer."""
    if not units:
        return layers.Dense(classes, name=name)(x)
    x = layers.Dense(units, name=f"{name}.dense")(x)
    x = layers.ReLU(name=f"{name}.relu")(x)
    x = layers.Dropout(dropout, name=f"{name}.drop")(x)
    return layers.Dense(classes, name=f"{name}.out")(x)
