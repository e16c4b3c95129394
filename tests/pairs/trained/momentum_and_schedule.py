"""The same exponential decay per step and the same momentum: Keras keeps the rate inside the velocity."""

INPUTS = ["4"]
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["sgd-momentum-rate"], "keras": ["optimizer"], "torch": ["optimizer"]}],
}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential([keras.Input((4,)), layers.Dense(6, activation="tanh"), layers.Dense(1)])
    rate = keras.optimizers.schedules.ExponentialDecay(0.1, decay_steps=1, decay_rate=0.9)
    return model, keras.optimizers.SGD(rate, momentum=0.9), "mse"


def torch_model():
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1))
    optimizer = torch.optim.SGD(model.parameters(), 0.1, momentum=0.9)
    return model, optimizer, nn.MSELoss(), torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.9)
