"""The rate drops at step 100 in both; Keras still takes the old one at the boundary."""

INPUTS = ["4"]
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["piecewise-boundary"], "keras": ["learning rate"], "torch": ["learning rate"]}],
    "first": {"keras": ["learning rate"], "torch": ["learning rate"]},
}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential([keras.Input((4,)), layers.Dense(6, activation="relu"), layers.Dense(1)])
    rate = keras.optimizers.schedules.PiecewiseConstantDecay([100], [0.1, 0.01])
    return model, keras.optimizers.SGD(rate), keras.losses.MeanAbsoluteError()


def torch_model():
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 1))
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    return model, optimizer, nn.L1Loss(), torch.optim.lr_scheduler.MultiStepLR(optimizer, [100], gamma=0.1)
