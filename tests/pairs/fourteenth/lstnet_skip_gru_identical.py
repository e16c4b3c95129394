"""LSTNet for traffic series, convolution, GRU, skip-GRU and the autoregressive highway, moved from the time-first
PyTorch code to Keras layers; are the reshapes of the skip part right?
"""

INPUTS = ("24x5",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    window, series, kernel, hid, skip, hid_skip, highway = 24, 5, 5, 9, 4, 3, 6

    class SkipGRU(layers.Layer):
        def __init__(self, units, skip, **kwargs):
            super().__init__(**kwargs)
            self.skip, self.units = skip, units
            self.gru = layers.GRU(units, name="gru")

        def build(self, shape):
            self.steps = shape[1] // self.skip
            self.gru.build((None, self.steps, shape[-1]))

        def call(self, x):
            channels = x.shape[-1]
            x = x[:, -self.steps * self.skip :]
            x = ops.reshape(x, (-1, self.steps, self.skip, channels))
            x = ops.transpose(x, (0, 2, 1, 3))
            x = self.gru(ops.reshape(x, (-1, self.steps, channels)))
            return ops.reshape(x, (-1, self.skip * self.units))

        def compute_output_shape(self, shape):
            return (shape[0], self.skip * self.units)

    x = keras.Input((window, series))
    c = layers.Reshape((window, series, 1), name="as_image")(x)
    c = layers.Conv2D(hid, (kernel, series), activation="relu", name="conv")(c)
    c = layers.Reshape((window - kernel + 1, hid), name="steps")(c)
    r = layers.GRU(8, name="gru")(c)
    s = SkipGRU(hid_skip, skip, name="skip_gru")(c)
    out = layers.Dense(series, name="output")(layers.Concatenate(name="join")([r, s]))
    z = layers.Permute((2, 1), name="series_first")(x[:, -highway:])
    z = layers.Dense(1, name="highway")(z)
    z = layers.Reshape((series,), name="linear_part")(z)
    return keras.Model(x, layers.Add(name="forecast")([out, z]))


def torch_model():
    import torch
    import torch.nn as nn
    import torch.nn.functional as F

    class LSTNet(nn.Module):
        def __init__(self, P=24, m=5, hidR=8, hidC=9, hidS=3, Ck=5, skip=4, hw=6):
            super().__init__()
            self.m, self.hidC, self.hidS, self.skip, self.hw = m, hidC, hidS, skip, hw
            self.pt = (P - Ck + 1) // skip
            self.conv1 = nn.Conv2d(1, hidC, kernel_size=(Ck, m))
            self.GRU1 = nn.GRU(hidC, hidR)
            self.GRUskip = nn.GRU(hidC, hidS)
            self.linear1 = nn.Linear(hidR + skip * hidS, m)
            self.highway = nn.Linear(hw, 1)

        def forward(self, x):
            batch_size = x.size(0)
            c = F.relu(self.conv1(x.unsqueeze(1))).squeeze(3)

            _, r = self.GRU1(c.permute(2, 0, 1).contiguous())
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

    return LSTNet()
