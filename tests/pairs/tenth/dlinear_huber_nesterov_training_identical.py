"""DLinear for forecasting three series: a moving average with repeated ends, one linear map over time for the trend and
one for the rest, trained by SGD with Nesterov momentum on the Huber loss.
"""

INPUTS = ("24x3",)
TRUTH = {"identical": True}
TRAINS = True


def keras_model():
    import keras
    from keras import layers, ops

    class MovingAverage(layers.Layer):
        def __init__(self, window, **kwargs):
            super().__init__(**kwargs)
            self.side = (window - 1) // 2
            self.pool = layers.AveragePooling1D(window, strides=1, padding="valid")

        def call(self, x):
            front = ops.repeat(x[:, :1], self.side, axis=1)
            back = ops.repeat(x[:, -1:], self.side, axis=1)
            return self.pool(ops.concatenate([front, x, back], axis=1))

    series = keras.Input((24, 3), name="series")
    trend = MovingAverage(5, name="moving_average")(series)
    seasonal = layers.Subtract(name="seasonal")([series, trend])
    trend = layers.Dense(8, name="trend_map")(layers.Permute((2, 1))(trend))
    seasonal = layers.Dense(8, name="seasonal_map")(layers.Permute((2, 1))(seasonal))
    forecast = layers.Permute((2, 1), name="forecast")(layers.Add()([seasonal, trend]))
    optimizer = keras.optimizers.SGD(learning_rate=0.05, momentum=0.9, nesterov=True)
    return keras.Model(series, forecast), optimizer, keras.losses.Huber(delta=1.0)


def torch_model():
    import torch
    from torch import nn

    class SeriesDecomposition(nn.Module):
        def __init__(self, kernel_size):
            super().__init__()
            self.pad = nn.ReplicationPad1d((kernel_size - 1) // 2)
            self.avg = nn.AvgPool1d(kernel_size, stride=1)

        def forward(self, x):
            mean = self.avg(self.pad(x))
            return x - mean, mean

    class DLinear(nn.Module):
        def __init__(self):
            super().__init__()
            self.decomposition = SeriesDecomposition(5)
            self.linear_seasonal = nn.Linear(24, 8)
            self.linear_trend = nn.Linear(24, 8)

        def forward(self, x):
            seasonal, trend = self.decomposition(x.transpose(1, 2))
            return (self.linear_seasonal(seasonal) + self.linear_trend(trend)).transpose(1, 2)

    model = DLinear()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, nesterov=True)
    return model, optimizer, nn.HuberLoss(delta=1.0)
