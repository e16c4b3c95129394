"""Gaussian policy: subclassed on both sides, mean and log deviation returned as a pair, deviation clipped."""

INPUTS = ("7",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class Policy(keras.Model):
        def __init__(self):
            super().__init__()
            self.body = layers.Dense(9, activation="tanh")
            self.log_std = layers.Dense(2)
            self.mean = layers.Dense(2)

        def call(self, x):
            h = self.body(x)
            return self.mean(h), ops.clip(self.log_std(h), -5.0, 2.0)

    return Policy()


def torch_model():
    import torch
    from torch import nn

    class Policy(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = nn.Sequential(nn.Linear(7, 9), nn.Tanh())
            self.mean = nn.Linear(9, 2)
            self.log_std = nn.Linear(9, 2)

        def forward(self, x):
            h = self.body(x)
            log_std = torch.clamp(self.log_std(h), -5.0, 2.0)
            return self.mean(h), log_std

    return Policy()
