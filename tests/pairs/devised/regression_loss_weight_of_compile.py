"""The loss is weighed in compile, and the port forgot that."""

INPUTS = ("6",)
TRUTH = {"identical": False, "causes": [{"rules": ["loss-factor"], "keras": ["loss*"], "torch": ["loss*"]}]}
TRAINS = True


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(
        [keras.Input((6,)), layers.Dense(8, activation="relu", name="h"), layers.Dense(3, name="o")]
    )
    model.compile(optimizer=keras.optimizers.SGD(0.05), loss="mse", loss_weights=0.5)
    return model


def torch_model():
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 3))
    return model, torch.optim.SGD(model.parameters(), 0.05), nn.MSELoss()
