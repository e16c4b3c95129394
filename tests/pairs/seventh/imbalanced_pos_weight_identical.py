"""Churn, 1 positive in 5: BCEWithLogitsLoss(pos_weight=4) against a loss of mine that weighs the rows in Keras.

Nesterov, gradients clipped by value on both sides.
"""

INPUTS = ("12",)
TRAINS = True
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    def weighted_bce(y_true, y_pred):
        each = keras.losses.binary_crossentropy(y_true, y_pred, from_logits=True)
        return ops.squeeze(1.0 + 3.0 * y_true, axis=-1) * each

    model = keras.Sequential(
        [
            keras.Input((12,)),
            layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="scale"),
            layers.Dense(16, activation="selu", name="fc1"),
            layers.Dense(8, activation="selu", name="fc2"),
            layers.Dense(1, name="churn"),
        ]
    )
    return model, keras.optimizers.SGD(0.0625, momentum=0.75, nesterov=True, clipvalue=0.03125), weighted_bce


def torch_model():
    from itertools import pairwise

    import torch
    from torch import nn

    class Churn(nn.Module):
        def __init__(self, sizes=(12, 16, 8)):
            super().__init__()
            self.bn = nn.BatchNorm1d(12)
            self.hidden = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(sizes))
            self.out = nn.Linear(sizes[-1], 1)

        def forward(self, x):
            x = self.bn(x)
            for layer in self.hidden:
                x = torch.selu(layer(x))
            return self.out(x)

    model = Churn()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0625, momentum=0.75, nesterov=True)

    def clip(optimizer, args, kwargs):
        for group in optimizer.param_groups:
            nn.utils.clip_grad_value_(group["params"], 0.03125)

    optimizer.register_step_pre_hook(clip)
    return model, optimizer, nn.BCEWithLogitsLoss(pos_weight=torch.tensor([4.0]))


def training_data():
    import numpy as np

    rng = np.random.default_rng(21)
    return rng.normal(size=(24, 12)).astype("float32"), (rng.random((24, 1)) < 0.25).astype("float32")
