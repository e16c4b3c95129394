"""Forecaster that cuts every series into patches and treats the channels as so many samples: each is normalised over
its own window, patched, put through an encoder, and scaled back. With one channel both agree.
"""

INPUTS = ("32x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["reshape-order", "permute-axes"],
            "keras": ["series", "reshape*", "patches"],
            "torch": ["permute*", "reshape*", "transpose*", "unfold*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class ToSeries(layers.Layer):
        def call(self, x):
            return ops.reshape(x, (-1, x.shape[1]))

    class Patches(layers.Layer):
        def __init__(self, size, step, **kwargs):
            super().__init__(**kwargs)
            self.size, self.step = size, step

        def call(self, x):
            starts = range(0, x.shape[1] - self.size + 1, self.step)
            return ops.stack([x[:, s : s + self.size] for s in starts], axis=1)

    class Places(layers.Layer):
        def build(self, shape):
            self.table = self.add_weight(shape=shape[1:], name="table")

        def call(self, x):
            return x + self.table

    class ToChannels(layers.Layer):
        def __init__(self, channels, **kwargs):
            super().__init__(**kwargs)
            self.channels = channels

        def call(self, x):
            return ops.transpose(ops.reshape(x, (-1, self.channels, x.shape[-1])), (0, 2, 1))

    window = keras.Input((32, 3))
    mean = ops.mean(window, axis=1, keepdims=True)
    deviation = ops.sqrt(ops.var(window, axis=1, keepdims=True) + 1e-5)
    x = (window - mean) / deviation
    x = ToSeries(name="series")(x)
    x = Patches(8, 4, name="patches")(x)
    x = Places(name="places")(layers.Dense(16, name="embed")(x))
    y = layers.LayerNormalization(epsilon=1e-5, name="norm_1")(x)
    y = layers.MultiHeadAttention(4, 4, dropout=0.1, name="attention")(y, y)
    x = layers.Add()([x, layers.Dropout(0.1)(y)])
    y = layers.LayerNormalization(epsilon=1e-5, name="norm_2")(x)
    y = layers.Dense(32, activation="relu", name="wide")(y)
    y = layers.Dense(16, name="narrow")(layers.Dropout(0.1)(y))
    x = layers.Add()([x, layers.Dropout(0.1)(y)])
    x = layers.Dense(6, name="forecast")(layers.Flatten()(x))
    x = ToChannels(3, name="channels")(x)
    return keras.Model(window, x * deviation + mean)


def torch_model():
    import torch
    from torch import nn

    class RevIN(nn.Module):
        def forward(self, x, mode):
            if mode == "norm":
                self.mean = x.mean(dim=1, keepdim=True)
                self.stdev = torch.sqrt(x.var(dim=1, keepdim=True, unbiased=False) + 1e-5)
                return (x - self.mean) / self.stdev
            return x * self.stdev + self.mean

    class PatchForecaster(nn.Module):
        def __init__(self, seq_len=32, pred_len=6, patch_len=8, stride=4, d_model=16):
            super().__init__()
            self.revin = RevIN()
            self.patch_len, self.stride = patch_len, stride
            patch_num = (seq_len - patch_len) // stride + 1
            self.W_P = nn.Linear(patch_len, d_model)
            self.W_pos = nn.Parameter(torch.empty(patch_num, d_model).uniform_(-0.02, 0.02))
            self.encoder = nn.TransformerEncoderLayer(d_model, 4, 32, dropout=0.1, batch_first=True, norm_first=True)
            self.head = nn.Linear(patch_num * d_model, pred_len)

        def forward(self, x):
            b, seq_len, c = x.shape
            z = self.revin(x, "norm").permute(0, 2, 1).reshape(b * c, seq_len)
            z = z.unfold(dimension=-1, size=self.patch_len, step=self.stride)
            z = self.encoder(self.W_P(z) + self.W_pos)
            z = self.head(z.flatten(start_dim=1)).view(b, c, -1)
            return self.revin(z.transpose(1, 2), "denorm")

    return PatchForecaster()
