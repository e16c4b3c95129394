"""Autoformer's series decomposition in a small encoder: PyTorch repeats the first and the last step before its moving
average, the Keras port averages with "same" padding, which only counts the steps that are there.
"""

INPUTS = ("24x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["padding-mode", "average-pool-padding", "pool-padding"],
            "keras": ["trend_*"],
            "torch": ["decomp*", "*.decomp*", "*.moving_avg", "*.avg", "cat*", "repeat*", "sub*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    def decompose(x, name):
        trend = layers.AveragePooling1D(7, strides=1, padding="same", name=f"trend_{name}")(x)
        return layers.Subtract(name=f"seasonal_{name}")([x, trend]), trend

    class WrapTime(layers.Layer):
        def call(self, x):
            return ops.concatenate([x[:, -1:], x, x[:, :1]], axis=1)

    series = keras.Input((24, 3))
    x = layers.Conv1D(16, 3, use_bias=False, name="token")(WrapTime(name="wrap")(series))
    x, first = decompose(x, "0")
    y = layers.Conv1D(32, 1, use_bias=False, activation="relu", name="conv1")(x)
    y = layers.Conv1D(16, 1, use_bias=False, name="conv2")(y)
    x, second = decompose(layers.Add(name="add")([x, y]), "1")
    seasonal = layers.Dense(8, name="seasonal_time")(layers.Permute((2, 1), name="seasonal_turn")(x))
    trend = layers.Add(name="trends")([first, second])
    trend = layers.Dense(8, name="trend_time_map")(layers.Permute((2, 1), name="turn_trend")(trend))
    x = layers.Permute((2, 1), name="turn_back")(layers.Add(name="whole")([seasonal, trend]))
    return keras.Model(series, layers.Dense(3, name="forecast")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class moving_avg(nn.Module):
        def __init__(self, kernel_size, stride):
            super().__init__()
            self.kernel_size = kernel_size
            self.avg = nn.AvgPool1d(kernel_size=kernel_size, stride=stride, padding=0)

        def forward(self, x):
            front = x[:, 0:1, :].repeat(1, (self.kernel_size - 1) // 2, 1)
            end = x[:, -1:, :].repeat(1, (self.kernel_size - 1) // 2, 1)
            x = torch.cat([front, x, end], dim=1)
            return self.avg(x.permute(0, 2, 1)).permute(0, 2, 1)

    class series_decomp(nn.Module):
        def __init__(self, kernel_size):
            super().__init__()
            self.moving_avg = moving_avg(kernel_size, stride=1)

        def forward(self, x):
            moving_mean = self.moving_avg(x)
            return x - moving_mean, moving_mean

    class Forecaster(nn.Module):
        def __init__(self, c_in=3, d_model=16, d_ff=32, seq_len=24, pred_len=8):
            super().__init__()
            self.token_conv = nn.Conv1d(c_in, d_model, 3, padding=1, padding_mode="circular", bias=False)
            self.conv1 = nn.Conv1d(d_model, d_ff, kernel_size=1, bias=False)
            self.conv2 = nn.Conv1d(d_ff, d_model, kernel_size=1, bias=False)
            self.decomp1 = series_decomp(7)
            self.decomp2 = series_decomp(7)
            self.linear_trend = nn.Linear(seq_len, pred_len)
            self.linear_seasonal = nn.Linear(seq_len, pred_len)
            self.projection = nn.Linear(d_model, c_in)

        def forward(self, x):
            x = self.token_conv(x.permute(0, 2, 1)).transpose(1, 2)
            x, trend1 = self.decomp1(x)
            y = F.relu(self.conv1(x.transpose(-1, 1)))
            y = self.conv2(y).transpose(-1, 1)
            x, trend2 = self.decomp2(x + y)
            trend = self.linear_trend((trend1 + trend2).permute(0, 2, 1))
            out = self.linear_seasonal(x.permute(0, 2, 1)) + trend
            return self.projection(out.permute(0, 2, 1))

    return Forecaster()
