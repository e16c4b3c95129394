"""A soft shrink by its name in Keras, with another threshold in PyTorch."""

INPUTS = ("10",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["activation-parameter"], "keras": ["a"], "torch": ["1", "softshrink*"]}],
}


def keras_model():
    import keras
    from keras import layers

    x = inputs = keras.Input((10,))
    x = layers.Dense(8, activation="soft_shrink", name="a")(x)
    return keras.Model(inputs, layers.Dense(3, name="f")(x))


def torch_model():
    from torch import nn

    return nn.Sequential(nn.Linear(10, 8), nn.Softshrink(0.3), nn.Linear(8, 3))
