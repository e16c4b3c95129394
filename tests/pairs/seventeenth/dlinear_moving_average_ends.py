"""Long-term forecasting with a decomposition into trend and remainder and one linear map along time for each, behind a
reversible instance normalisation. Both sides average over 7 steps, yet the forecasts differ a little.
"""

INPUTS = ("24x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["padding-mode", "average-pool-padding", "average-pool-same-stride"],
            "keras": ["trend"],
            "torch": ["decomposition", "decomposition.*", "avg*", "cat*", "repeat*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class RevIN(layers.Layer):
        def build(self, shape):
            self.gamma = self.add_weight(shape=(shape[-1],), initializer="ones", name="gamma")
            self.beta = self.add_weight(shape=(shape[-1],), initializer="zeros", name="beta")

        def call(self, x):
            mean, variance = ops.moments(x, axes=[1], keepdims=True)
            deviation = ops.sqrt(variance + 1e-5)
            return (x - mean) / deviation * self.gamma + self.beta, mean, deviation

        def back(self, y, mean, deviation):
            return (y - self.beta) / (self.gamma + 1e-10) * deviation + mean

    class DLinear(keras.Model):
        def __init__(self, horizon):
            super().__init__()
            self.revin = RevIN(name="revin")
            self.trend = layers.AveragePooling1D(7, strides=1, padding="same", name="trend")
            self.turn = layers.Permute((2, 1), name="turn")
            self.turn_back = layers.Permute((2, 1), name="turn_back")
            self.for_trend = layers.Dense(horizon, name="for_trend")
            self.for_rest = layers.Dense(horizon, name="for_rest")

        def call(self, x):
            x, mean, deviation = self.revin(x)
            trend = self.trend(x)
            y = self.for_rest(self.turn(x - trend)) + self.for_trend(self.turn(trend))
            return self.revin.back(self.turn_back(y), mean, deviation)

    return DLinear(8)


def torch_model():
    import torch
    from torch import nn

    class moving_avg(nn.Module):
        def __init__(self, kernel_size, stride):
            super().__init__()
            self.kernel_size = kernel_size
            self.avg = nn.AvgPool1d(kernel_size=kernel_size, stride=stride, padding=0)

        def forward(self, x):
            half = (self.kernel_size - 1) // 2
            x = torch.cat([x[:, :1].repeat(1, half, 1), x, x[:, -1:].repeat(1, half, 1)], dim=1)
            return self.avg(x.permute(0, 2, 1)).permute(0, 2, 1)

    class series_decomp(nn.Module):
        def __init__(self, kernel_size):
            super().__init__()
            self.moving_avg = moving_avg(kernel_size, stride=1)

        def forward(self, x):
            mean = self.moving_avg(x)
            return x - mean, mean

    class Model(nn.Module):
        def __init__(self, seq_len=24, pred_len=8, channels=3):
            super().__init__()
            self.decomposition = series_decomp(7)
            self.Linear_Seasonal = nn.Linear(seq_len, pred_len)
            self.Linear_Trend = nn.Linear(seq_len, pred_len)
            self.affine_weight = nn.Parameter(torch.ones(channels))
            self.affine_bias = nn.Parameter(torch.zeros(channels))

        def forward(self, x):
            mean = x.mean(dim=1, keepdim=True)
            stdev = torch.sqrt(x.var(dim=1, keepdim=True, unbiased=False) + 1e-5)
            x = (x - mean) / stdev * self.affine_weight + self.affine_bias
            seasonal, trend = self.decomposition(x)
            seasonal = self.Linear_Seasonal(seasonal.transpose(1, 2))
            trend = self.Linear_Trend(trend.transpose(1, 2))
            y = (seasonal + trend).transpose(1, 2)
            return (y - self.affine_bias) / (self.affine_weight + 1e-10) * stdev + mean

    return Model()
