"""The port has one hidden layer more."""

INPUTS = ("12",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["layer-missing"], "keras": ["dense_2", "dense_1"], "torch": ["4", "5", "6"]}],
}


def keras_model():
    import keras
    from keras import layers

    return keras.Sequential(
        [keras.Input((12,)), layers.Dense(8, activation="relu"), layers.Dense(8, activation="relu"), layers.Dense(2)]
    )


def torch_model():
    from torch import nn

    return nn.Sequential(
        nn.Linear(12, 8), nn.ReLU(), nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 2)
    )
