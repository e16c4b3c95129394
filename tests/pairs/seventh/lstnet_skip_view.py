"""LSTNet (conv, GRU, skip GRU with period 4, autoregression). RSE of my Keras port is worse than that of the paper's
repository; the same weights give other forecasts.
"""

INPUTS = ("17x5",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["reshape-order", "permute-axes", "wiring-other", "recurrent-batch-first"],
            "keras": ["reshape*", "transpose*", "skip", "periods", "*"],
            "torch": ["view*", "reshape*", "permute*", "GRUskip", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    skip, periods, window = 4, 3, 4

    class LSTNet(keras.Model):
        def __init__(self, columns=5, conv=8, hidden=10, hidden_skip=6):
            super().__init__(name="lstnet")
            self.conv = layers.Conv1D(conv, 6, activation="relu", name="conv")
            self.gru = layers.GRU(hidden, name="gru")
            self.skip = layers.GRU(hidden_skip, name="skip")
            self.dense = layers.Dense(columns, name="dense")
            self.highway = layers.Dense(1, name="highway")

        def call(self, x):
            c = self.conv(x)
            r = self.gru(c)
            # the last 3 periods of 4 steps; one short sequence per phase
            s = ops.reshape(c[:, -periods * skip :], (-1, skip, periods, c.shape[-1]))
            s = ops.reshape(s, (-1, periods, c.shape[-1]))
            s = ops.reshape(self.skip(s), (-1, skip * 6))
            res = self.dense(ops.concatenate([r, s], axis=-1))
            z = ops.transpose(x[:, -window:], (0, 2, 1))
            return res + ops.squeeze(self.highway(z), axis=-1)

    return LSTNet()


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.m, self.hidR, self.hidC, self.hidS, self.skip, self.pt, self.hw = 5, 10, 8, 6, 4, 3, 4
            self.conv1 = nn.Conv2d(1, self.hidC, kernel_size=(6, self.m))
            self.GRU1 = nn.GRU(self.hidC, self.hidR)
            self.GRUskip = nn.GRU(self.hidC, self.hidS)
            self.linear1 = nn.Linear(self.hidR + self.skip * self.hidS, self.m)
            self.highway = nn.Linear(self.hw, 1)

        def forward(self, x):  # (batch, time, series)
            batch_size = x.size(0)
            c = F.relu(self.conv1(x.unsqueeze(1))).squeeze(3)
            _, r = self.GRU1(c.permute(2, 0, 1))
            r = r.squeeze(0)
            s = c[:, :, -self.pt * self.skip :].contiguous()
            s = s.view(batch_size, self.hidC, self.pt, self.skip)
            s = s.permute(2, 0, 3, 1).contiguous()
            s = s.view(self.pt, batch_size * self.skip, self.hidC)
            _, s = self.GRUskip(s)
            s = s.view(batch_size, self.skip * self.hidS)
            res = self.linear1(torch.cat((r, s), 1))
            z = x[:, -self.hw :, :].permute(0, 2, 1).contiguous().view(-1, self.hw)
            return res + self.highway(z).view(-1, self.m)

    return Model()
