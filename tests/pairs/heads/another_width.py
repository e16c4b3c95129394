"""The port has ten hidden units where the original has eight."""

INPUTS = ("12",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["layer-width"], "keras": ["dense_1"], "torch": ["2"], "visible": False}],
}


def keras_model():
    import keras
    from keras import layers

    return keras.Sequential(
        [keras.Input((12,)), layers.Dense(8, activation="relu"), layers.Dense(8, activation="relu"), layers.Dense(2)]
    )


def torch_model():
    from torch import nn

    return nn.Sequential(nn.Linear(12, 8), nn.ReLU(), nn.Linear(8, 10), nn.ReLU(), nn.Linear(10, 2))
