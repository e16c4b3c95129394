"""The port ends in a global mean, the original in a global maximum."""

INPUTS = ("12x12x3",)
TRUTH = {"identical": False, "causes": [{"rules": ["pool-other"], "keras": ["global_max_pooling2d"], "torch": ["2"]}]}


def keras_model():
    import keras
    from keras import layers

    return keras.Sequential(
        [keras.Input((12, 12, 3)), layers.Conv2D(4, 3, activation="relu"), layers.GlobalMaxPooling2D(), layers.Dense(2)]
    )


def torch_model():
    from torch import nn

    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2))
