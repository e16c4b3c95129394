"""The Torch loss was written by hand as a sum of squares, the Keras one is a mean."""

INPUTS = ["5"]
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["loss-reduction"], "keras": ["loss"], "torch": ["loss"]},
        {"rules": ["loss-sum-reduction"], "keras": ["loss"], "torch": ["loss"]},
    ],
}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential([keras.Input((5,)), layers.Dense(6, activation="tanh"), layers.Dense(2)])
    return model, keras.optimizers.SGD(0.01), keras.losses.MeanSquaredError()


def torch_model():
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(5, 6), nn.Tanh(), nn.Linear(6, 2))
    return model, torch.optim.SGD(model.parameters(), 0.01), lambda output, target: ((output - target) ** 2).sum()
