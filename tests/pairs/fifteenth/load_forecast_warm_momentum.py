"""Temporal convolutions that forecast the next six hours of a load curve; SGD with momentum, and a rate that warms up
in a straight line over ten batches. Printed rates are the same in every batch, and the weights part from the second on.
"""

INPUTS = ("24x2",)
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["sgd-momentum-rate"],
            "keras": ["optimizer", "learning rate"],
            "torch": ["optimizer", "learning rate"],
        }
    ],
}


def training_data():
    import numpy as np

    rng = np.random.default_rng(21)
    return rng.normal(size=(8, 24, 2)), rng.normal(size=(8, 6))


def keras_model():
    import keras
    from keras import layers, ops

    class WarmUp(keras.optimizers.schedules.LearningRateSchedule):
        def __init__(self, rate, steps):
            self.rate, self.steps = rate, steps

        def __call__(self, step):
            return self.rate * ops.minimum(1.0, (ops.cast(step, keras.config.floatx()) + 1) / self.steps)

        def get_config(self):
            return {"rate": self.rate, "steps": self.steps}

    hours = keras.Input((24, 2))
    x = hours
    for dilation in (1, 2, 4):
        causal = {"padding": "causal", "dilation_rate": dilation}
        y = layers.Conv1D(10, 3, activation="relu", name=f"first_{dilation}", **causal)(x)
        y = layers.Conv1D(10, 3, name=f"second_{dilation}", **causal)(y)
        if dilation == 1:
            x = layers.Conv1D(10, 1, name="widen")(x)
        x = layers.Activation("relu")(layers.Add(name=f"join_{dilation}")([x, y]))
    x = layers.Lambda(lambda t: t[:, -1], name="last")(x)
    model = keras.Model(hours, layers.Dense(6, name="forecast")(x))
    return model, keras.optimizers.SGD(WarmUp(0.05, 10), momentum=0.9), keras.losses.MeanSquaredError()


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class TemporalBlock(nn.Module):
        def __init__(self, cin, cout, dilation):
            super().__init__()
            self.left = 2 * dilation
            self.conv1 = nn.Conv1d(cin, cout, 3, dilation=dilation)
            self.conv2 = nn.Conv1d(cout, cout, 3, dilation=dilation)
            self.downsample = nn.Conv1d(cin, cout, 1) if cin != cout else nn.Identity()

        def forward(self, x):
            out = F.relu(self.conv1(F.pad(x, (self.left, 0))))
            out = self.conv2(F.pad(out, (self.left, 0)))
            return F.relu(out + self.downsample(x))

    class TCN(nn.Module):
        def __init__(self):
            super().__init__()
            self.network = nn.Sequential(TemporalBlock(2, 10, 1), TemporalBlock(10, 10, 2), TemporalBlock(10, 10, 4))
            self.linear = nn.Linear(10, 6)

        def forward(self, x):
            return self.linear(self.network(x.transpose(1, 2))[:, :, -1])

    model = TCN()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    warmup = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1.0, (step + 1) / 10))
    return model, optimizer, nn.MSELoss(), warmup
