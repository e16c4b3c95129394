"""I compile with Adam() and use torch.optim.Adam(): both have 1e-3, and still the curves part.

pytorch/pytorch issue 104857.
"""

INPUTS = ["6"]
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["adam-epsilon"], "keras": ["optimizer"], "torch": ["optimizer"]}],
}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential([keras.Input((6,)), layers.Dense(8, activation="tanh"), layers.Dense(3)])
    return model, keras.optimizers.Adam(), keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def torch_model():
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 3))
    return model, torch.optim.Adam(model.parameters()), nn.CrossEntropyLoss()
