"""Ridge by a regulariser of the layers in Keras, by a sum over kernels inside an own loss in PyTorch; plain SGD with a
rate that halves every twenty steps.
"""

INPUTS = ["6"]
TRAINS = True
TRUTH = {"identical": True}


def training_data():
    import numpy as np

    numbers = np.random.default_rng(3)
    x = numbers.normal(size=(64, 6)).astype("float32")
    return x, (x[:, :2] - 0.5 * x[:, 2:4]).astype("float32")


def keras_model():
    import keras
    from keras import layers

    ridge = keras.regularizers.L2(0.01)
    model = keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(8, activation="tanh", kernel_regularizer=ridge, name="hidden"),
            layers.Dense(2, kernel_regularizer=ridge, name="target"),
        ]
    )
    rate = keras.optimizers.schedules.ExponentialDecay(0.125, 20, 0.5, staircase=True)
    return model, keras.optimizers.SGD(rate), keras.losses.MeanSquaredError()


def torch_model():
    import torch
    from torch import nn

    class Ridge(nn.Module):
        def __init__(self, weights, strength):
            super().__init__()
            self.weights, self.strength = weights, strength

        def forward(self, prediction, target):
            penalty = sum(w.square().sum() for w in self.weights)
            return (prediction - target).square().mean() + self.strength * penalty

    model = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 2))
    kernels = [p for p in model.parameters() if p.ndim > 1]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.125)
    return model, optimizer, Ridge(kernels, 0.01), torch.optim.lr_scheduler.StepLR(optimizer, 20, 0.5)
