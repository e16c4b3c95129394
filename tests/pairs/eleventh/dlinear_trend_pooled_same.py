"""DLinear for electricity load: a moving average splits the series into trend and season, one linear map along time for
each; the Keras port takes the average with a pooling layer.
"""

INPUTS = ("32x4",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["average-pool-padding", "padding-mode"],
            "keras": ["moving_average"],
            "torch": ["decomposition", "decomposition.*", "cat*", "repeat*", "expand*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    series = keras.Input((32, 4), name="series")
    trend = layers.AveragePooling1D(pool_size=7, strides=1, padding="same", name="moving_average")(series)
    season = layers.Subtract(name="season")([series, trend])
    trend = layers.Permute((2, 1))(trend)
    season = layers.Permute((2, 1))(season)
    trend = layers.Dense(8, name="trend_linear")(trend)
    season = layers.Dense(8, name="season_linear")(season)
    forecast = layers.Permute((2, 1), name="forecast")(layers.Add(name="together")([season, trend]))
    return keras.Model(series, forecast)


def torch_model():
    import torch
    from torch import nn

    class MovingAvg(nn.Module):
        def __init__(self, kernel_size):
            super().__init__()
            self.half = (kernel_size - 1) // 2
            self.avg = nn.AvgPool1d(kernel_size, stride=1)

        def forward(self, x):
            front = x[:, :1].repeat(1, self.half, 1)
            end = x[:, -1:].repeat(1, self.half, 1)
            x = torch.cat([front, x, end], dim=1)
            return self.avg(x.permute(0, 2, 1)).permute(0, 2, 1)

    class SeriesDecomp(nn.Module):
        def __init__(self, kernel_size=7):
            super().__init__()
            self.moving_avg = MovingAvg(kernel_size)

        def forward(self, x):
            moving_mean = self.moving_avg(x)
            return x - moving_mean, moving_mean

    class DLinear(nn.Module):
        def __init__(self, seq_len=32, pred_len=8):
            super().__init__()
            self.decomposition = SeriesDecomp()
            self.Linear_Seasonal = nn.Linear(seq_len, pred_len)
            self.Linear_Trend = nn.Linear(seq_len, pred_len)

        def forward(self, x):
            seasonal, trend = self.decomposition(x)
            out = self.Linear_Seasonal(seasonal.permute(0, 2, 1)) + self.Linear_Trend(trend.permute(0, 2, 1))
            return out.permute(0, 2, 1)

    return DLinear()
