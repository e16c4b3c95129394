"""The first layers of the port are frozen in Keras alone."""

INPUTS = ("8",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["count-frozen"], "keras": ["first"], "torch": ["0"], "visible": False}],
}


def keras_model():
    import keras
    from keras import layers

    x = inputs = keras.Input((8,))
    x = layers.Dense(6, activation="relu", name="first")(x)
    x = layers.Dense(5, activation="relu", name="second")(x)
    model = keras.Model(inputs, layers.Dense(2, name="scores")(x))
    for layer in model.layers[:-1]:
        layer.trainable = False
    return model


def torch_model():
    from torch import nn

    return nn.Sequential(nn.Linear(8, 6), nn.ReLU(), nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 2))
