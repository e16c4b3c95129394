"""keras.io's encoder block against nn.TransformerEncoderLayer(norm_first=True): packed q/k/v on one side."""

INPUTS = ("7x8",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((7, 8))
    x = layers.LayerNormalization(epsilon=1e-5)(inputs)
    x = layers.MultiHeadAttention(2, 4)(x, x)
    res = layers.Add()([x, inputs])
    x = layers.LayerNormalization(epsilon=1e-5)(res)
    x = layers.Dense(16, activation="relu")(x)
    x = layers.Dense(8)(x)
    return keras.Model(inputs, layers.Add()([x, res]))


def torch_model():
    from torch import nn

    return nn.TransformerEncoderLayer(8, 2, dim_feedforward=16, dropout=0.0, batch_first=True, norm_first=True)
