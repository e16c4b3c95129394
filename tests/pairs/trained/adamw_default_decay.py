"""AdamW in both: 0.004 here, 0.01 there, and epsilon is added at another place."""

INPUTS = ["6"]
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["adam-epsilon"], "keras": ["optimizer"], "torch": ["optimizer"]},
        {"rules": ["adamw-default-decay"], "keras": ["optimizer"], "torch": ["optimizer"]},
    ],
}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential([keras.Input((6,)), layers.Dense(8, activation="tanh"), layers.Dense(1)])
    return model, keras.optimizers.AdamW(1e-3), keras.losses.BinaryCrossentropy(from_logits=True)


def torch_model():
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 1))
    return model, torch.optim.AdamW(model.parameters(), 1e-3), nn.BCEWithLogitsLoss()
