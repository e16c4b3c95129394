"""A binary loss by hand on both sides; the weight of the positives is three in Keras and two in PyTorch."""

INPUTS = ("6",)
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["loss-class-weights", "loss-factor"], "keras": ["loss*"], "torch": ["loss*"], "visible": False}
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    x = inputs = keras.Input((6,))
    x = layers.Dense(8, activation="relu", name="h")(x)
    model = keras.Model(inputs, layers.Dense(1, name="o")(x))

    def loss(y, z):
        y = ops.cast(y, z.dtype)
        return ops.mean(-(3.0 * y * ops.log_sigmoid(z) + (1.0 - y) * ops.log_sigmoid(-z)))

    return model, keras.optimizers.SGD(0.05), loss


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    model = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 1))

    def loss(z, y):
        y = y.to(z.dtype).reshape(z.shape)
        return -(2.0 * y * F.logsigmoid(z) + (1.0 - y) * F.logsigmoid(-z)).mean()

    return model, torch.optim.SGD(model.parameters(), 0.05), loss
