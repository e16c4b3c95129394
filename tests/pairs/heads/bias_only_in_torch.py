"""``use_bias=False`` was overlooked in the port."""

INPUTS = ("12",)
TRUTH = {"identical": False, "causes": [{"rules": ["bias-missing"], "keras": ["dense"], "torch": ["0"]}]}


def keras_model():
    import keras
    from keras import layers

    return keras.Sequential([keras.Input((12,)), layers.Dense(8, use_bias=False, activation="relu"), layers.Dense(3)])


def torch_model():
    from torch import nn

    return nn.Sequential(nn.Linear(12, 8), nn.ReLU(), nn.Linear(8, 3))
