"""``nn.Softplus(beta=2)`` and ``nn.ELU(alpha=0.5)`` for Keras's plain ones."""

INPUTS = ("10",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["activation-parameter"], "keras": ["dense"], "torch": ["1"]},
        {"rules": ["activation-parameter"], "keras": ["dense_1"], "torch": ["3"]},
    ],
}


def keras_model():
    import keras
    from keras import layers

    return keras.Sequential(
        [keras.Input((10,)), layers.Dense(8, activation="softplus"), layers.Dense(8, activation="elu"), layers.Dense(2)]
    )


def torch_model():
    from torch import nn

    return nn.Sequential(nn.Linear(10, 8), nn.Softplus(beta=2), nn.Linear(8, 8), nn.ELU(alpha=0.5), nn.Linear(8, 2))
