"""Forecasting the next six hours from two days with two strided convolutions, trained with a robust loss that turns
linear at a quarter, plain SGD with Nesterov momentum.
"""

INPUTS = ("24x3",)
TRAINS = True
TRUTH = {"identical": False, "causes": [{"rules": ["loss-huber"], "keras": ["loss"], "torch": ["loss"]}]}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((24, 3)),
            layers.Conv1D(12, 4, strides=2, activation="relu", name="days"),
            layers.Conv1D(16, 3, strides=2, activation="relu", name="hours"),
            layers.GlobalAveragePooling1D(name="mean"),
            layers.Dense(6, name="forecast"),
        ]
    )
    optimizer = keras.optimizers.SGD(learning_rate=0.02, momentum=0.9, nesterov=True)
    return model, optimizer, keras.losses.Huber(delta=0.25)


def torch_model():
    import torch
    from torch import nn

    class Forecaster(nn.Module):
        def __init__(self):
            super().__init__()
            self.features = nn.Sequential(
                nn.Conv1d(3, 12, 4, stride=2),
                nn.ReLU(),
                nn.Conv1d(12, 16, 3, stride=2),
                nn.ReLU(),
            )
            self.head = nn.Linear(16, 6)

        def forward(self, x):
            return self.head(self.features(x.transpose(1, 2)).mean(dim=-1))

    model = Forecaster()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9, nesterov=True)
    return model, optimizer, nn.SmoothL1Loss(beta=0.25)
