"""RMSprop with every default left alone: the learning rate, the average and the place of epsilon all differ.

pytorch/pytorch issue 23796.
"""

INPUTS = ["6"]
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["learning-rate-defaults"], "keras": ["learning rate"], "torch": ["learning rate"]},
        {"rules": ["optimizer-betas"], "keras": ["optimizer"], "torch": ["optimizer"]},
        {"rules": ["rmsprop-epsilon"], "keras": ["optimizer"], "torch": ["optimizer"]},
    ],
}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential([keras.Input((6,)), layers.Dense(8, activation="relu"), layers.Dense(1)])
    return model, keras.optimizers.RMSprop(), keras.losses.MeanSquaredError()


def torch_model():
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 1))
    return model, torch.optim.RMSprop(model.parameters()), nn.MSELoss()
