"""From maps to a sequence that one-dimensional convolutions read: Keras lists channels first by ``Permute`` in one
branch and channels last in the other, PyTorch the other way round.
"""

INPUTS = ("10x4x1",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((10, 4, 1), name="maps")
    x = layers.Conv2D(6, 3, padding="same", activation="relu")(inputs)
    last = layers.Reshape((10, 4 * 6))(x)
    last = layers.Conv1D(8, 3, padding="same", activation="relu")(layers.BatchNormalization(epsilon=1e-5)(last))
    first = layers.Reshape((10, 6 * 4))(layers.Permute((1, 3, 2))(x))
    first = layers.Dense(8, activation="relu")(first)
    x = layers.Concatenate()([last, first])
    return keras.Model(inputs, layers.Dense(3)(layers.LSTM(7)(x)))


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(1, 6, 3, padding=1)
            self.norm = nn.BatchNorm1d(24, momentum=0.01)
            self.narrow = nn.Conv1d(24, 8, 3, padding=1)
            self.dense = nn.Linear(24, 8)
            self.lstm = nn.LSTM(16, 7, batch_first=True)
            self.out = nn.Linear(7, 3)

        def forward(self, x):
            x = self.conv(x).relu()
            bands = x.permute(0, 1, 3, 2).flatten(1, 2)
            bands = self.narrow(self.norm(bands)).relu().transpose(1, 2)
            steps = self.dense(x.permute(0, 2, 3, 1).flatten(2)).relu()
            _, (state, _) = self.lstm(torch.cat([bands, steps], -1))
            return self.out(state[-1])

    return Net()
