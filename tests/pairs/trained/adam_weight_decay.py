"""I gave weight_decay=0.01 to Adam on both sides. Keras decays the weights, PyTorch adds it to the gradient."""

INPUTS = ["6"]
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["adam-epsilon"], "keras": ["optimizer"], "torch": ["optimizer"]},
        {"rules": ["optimizer-coupled-decay"], "keras": ["optimizer"], "torch": ["optimizer"]},
    ],
}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential([keras.Input((6,)), layers.Dense(8, activation="tanh"), layers.Dense(3)])
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    return model, keras.optimizers.Adam(1e-3, weight_decay=0.01), loss


def torch_model():
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 3))
    return model, torch.optim.Adam(model.parameters(), 1e-3, weight_decay=0.01), nn.CrossEntropyLoss()
