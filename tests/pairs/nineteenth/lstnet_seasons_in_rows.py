"""LSTNet for electricity load: the skip recurrence should walk over the same hour of successive periods, but my Keras
version scores worse than the PyTorch original although every layer has the same shape.
"""

INPUTS = ("24x6",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["reshape-order"],
            "keras": ["seasons", "seasons/*", "seasonal_gru", "unfold"],
            "torch": ["skip_gru", "view*", "reshape*", "permute*", "transpose*", "contiguous*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    window, series, skip, periods, filters = 24, 6, 4, 4, 10

    class Seasons(layers.Layer):
        """One row per phase of the period: (batch * skip, periods, filters)."""

        def call(self, x):
            return ops.reshape(x[:, -periods * skip :], (-1, periods, filters))

    class Unfold(layers.Layer):
        def call(self, x):
            return ops.reshape(x, (-1, skip * x.shape[-1]))

    past = keras.Input((window, series))
    c = layers.Conv1D(filters, 6, activation="relu", name="short_term")(past)
    c = layers.Dropout(0.2)(c)
    r = layers.GRU(12, name="gru")(c)
    s = Seasons(name="seasons")(c)
    s = layers.GRU(5, name="seasonal_gru")(s)
    s = Unfold(name="unfold")(s)
    out = layers.Dense(series, name="next")(layers.Concatenate(name="join")([r, s]))
    recent = layers.Permute((2, 1))(layers.Cropping1D((window - 7, 0), name="recent")(past))
    linear = layers.Dense(1, name="autoregressive")(recent)
    linear = layers.Reshape((series,))(linear)
    return keras.Model(past, layers.Add(name="forecast")([out, linear]))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class LSTNet(nn.Module):
        def __init__(self, P=24, m=6, hidC=10, hidR=12, hidS=5, Ck=6, skip=4, hw=7):
            super().__init__()
            self.m, self.hidC, self.hidS, self.skip, self.hw = m, hidC, hidS, skip, hw
            self.pt = (P - Ck) // skip
            self.conv1 = nn.Conv1d(m, hidC, Ck)
            self.gru1 = nn.GRU(hidC, hidR)
            self.skip_gru = nn.GRU(hidC, hidS)
            self.linear1 = nn.Linear(hidR + skip * hidS, m)
            self.highway = nn.Linear(hw, 1)
            self.dropout = nn.Dropout(0.2)

        def forward(self, x):
            batch = x.size(0)
            c = self.dropout(F.relu(self.conv1(x.transpose(1, 2))))
            _, r = self.gru1(c.permute(2, 0, 1).contiguous())
            s = c[:, :, -self.pt * self.skip :].contiguous()
            s = s.view(batch, self.hidC, self.pt, self.skip).permute(2, 0, 3, 1).contiguous()
            _, s = self.skip_gru(s.view(self.pt, batch * self.skip, self.hidC))
            r = torch.cat((r.squeeze(0), s.view(batch, self.skip * self.hidS)), 1)
            z = x[:, -self.hw :, :].permute(0, 2, 1).contiguous().view(-1, self.hw)
            return self.linear1(r) + self.highway(z).view(-1, self.m)

    return LSTNet()
