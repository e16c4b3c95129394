"""Remaining life of a bearing from vibration windows, trained by plain SGD with weight decay and a robust loss; Huber
in Keras became smooth L1 in PyTorch.
"""

INPUTS = ("32x3",)
TRUTH = {"identical": True}
TRAINS = True


def training_data():
    import numpy as np

    random = np.random.default_rng(5)
    x = random.normal(size=(48, 32, 3)).astype("float32")
    y = (3 * x[:, :, 0].mean(axis=1, keepdims=True) + x[:, -1, 1:2]).astype("float32")
    return x, y


def keras_model():
    import keras
    from keras import layers

    signal = keras.Input((32, 3))
    x = layers.Conv1D(8, 5, strides=2, activation="elu", name="conv_1")(signal)
    x = layers.Conv1D(12, 3, activation="elu", name="conv_2")(x)
    x = layers.GlobalAveragePooling1D(name="pool")(x)
    x = layers.Dense(10, activation="tanh", name="hidden")(x)
    model = keras.Model(signal, layers.Dense(1, name="life")(x))
    optimizer = keras.optimizers.SGD(learning_rate=0.05, weight_decay=1e-3)
    return model, optimizer, keras.losses.Huber(delta=1.0)


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Wear(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv1d(3, 8, 5, stride=2)
            self.conv2 = nn.Conv1d(8, 12, 3)
            self.head = nn.Sequential(nn.Linear(12, 10), nn.Tanh(), nn.Linear(10, 1))

        def forward(self, x):
            x = F.elu(self.conv1(x.permute(0, 2, 1)))
            x = F.elu(self.conv2(x))
            return self.head(x.mean(dim=-1))

    model = Wear()
    return model, torch.optim.SGD(model.parameters(), lr=0.05, weight_decay=1e-3), nn.SmoothL1Loss()
