"""GRU for sensor data. Huber and SmoothL1Loss agree at 1; a staircase of exponential decay is StepLR; both clip.

Every value of a gradient is clipped to 0.25, in PyTorch by a hook before each step.
"""

INPUTS = ["10x3"]
TRAINS = True
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    class Forecaster(keras.Model):
        def __init__(self):
            super().__init__()
            self.gru = layers.GRU(8, name="gru")
            self.dense = layers.Dense(2, name="next_values")

        def call(self, inputs):
            return self.dense(self.gru(inputs))

    decay = keras.optimizers.schedules.ExponentialDecay(0.5, decay_steps=4, decay_rate=0.5, staircase=True)
    return Forecaster(), keras.optimizers.SGD(decay, clipvalue=0.25), keras.losses.Huber()


def torch_model():
    import torch
    from torch import nn

    class Forecaster(nn.Module):
        def __init__(self):
            super().__init__()
            self.gru = nn.GRU(3, 8, batch_first=True)
            self.head = nn.Linear(8, 2)

        def forward(self, x):
            _, state = self.gru(x)
            return self.head(state.squeeze(0))

    model = Forecaster()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)

    def clip(optimizer, args, kwargs):
        for group in optimizer.param_groups:
            torch.nn.utils.clip_grad_value_(group["params"], 0.25)

    optimizer.register_step_pre_hook(clip)
    return model, optimizer, nn.SmoothL1Loss(), torch.optim.lr_scheduler.StepLR(optimizer, step_size=4, gamma=0.5)


def training_data():
    import numpy as np

    rng = np.random.default_rng(12)
    series = rng.normal(size=(24, 10, 3)).astype("float32")
    return series, (3 * series[:, -1, :2] + rng.normal(size=(24, 2))).astype("float32")
