"""DLinear with reversible instance norm: forecasts of my PyTorch version are off by some tenths of a percent.

keras.ops.var against tensor.var; everything else was compared by hand.
"""

INPUTS = ("24x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["variance-correction"],
            "keras": ["revin*", "*"],
            "torch": ["var*", "std*", "revin*", "add*", "sqrt*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class RevIN(layers.Layer):
        def build(self, input_shape):
            self.gamma = self.add_weight(shape=(input_shape[-1],), initializer="ones", name="affine_weight")
            self.beta = self.add_weight(shape=(input_shape[-1],), initializer="zeros", name="affine_bias")

        def call(self, x):
            mean = ops.mean(x, axis=1, keepdims=True)
            deviation = ops.sqrt(ops.var(x, axis=1, keepdims=True) + 1e-5)
            return (x - mean) / deviation * self.gamma + self.beta, mean, deviation

        def reverse(self, x, mean, deviation):
            return (x - self.beta) / (self.gamma + 1e-10) * deviation + mean

    class DLinear(keras.Model):
        def __init__(self, horizon=6, kernel=5):
            super().__init__()
            self.revin = RevIN(name="revin")
            self.kernel = kernel
            self.average = layers.AveragePooling1D(kernel, strides=1, name="moving_average")
            self.seasonal = layers.Dense(horizon, name="linear_seasonal")
            self.trend = layers.Dense(horizon, name="linear_trend")

        def call(self, x):
            x, mean, deviation = self.revin(x)
            half = (self.kernel - 1) // 2
            padded = ops.concatenate(
                [ops.repeat(x[:, :1], half, axis=1), x, ops.repeat(x[:, -1:], half, axis=1)], axis=1
            )
            trend = self.average(padded)
            seasonal = x - trend
            out = self.seasonal(ops.transpose(seasonal, (0, 2, 1))) + self.trend(ops.transpose(trend, (0, 2, 1)))
            return self.revin.reverse(ops.transpose(out, (0, 2, 1)), mean, deviation)

    return DLinear()


def torch_model():
    import torch
    from torch import nn

    class RevIN(nn.Module):
        def __init__(self, num_features, eps=1e-5):
            super().__init__()
            self.eps = eps
            self.affine_weight = nn.Parameter(torch.ones(num_features))
            self.affine_bias = nn.Parameter(torch.zeros(num_features))

        def forward(self, x, mode):
            if mode == "norm":
                self.mean = x.mean(dim=1, keepdim=True)
                self.stdev = torch.sqrt(torch.var(x, dim=1, keepdim=True) + self.eps)
                return (x - self.mean) / self.stdev * self.affine_weight + self.affine_bias
            return (x - self.affine_bias) / (self.affine_weight + 1e-10) * self.stdev + self.mean

    class DLinear(nn.Module):
        def __init__(self, seq_len=24, pred_len=6, channels=3, kernel_size=5):
            super().__init__()
            self.revin_layer = RevIN(channels)
            self.pad = nn.ReplicationPad1d((kernel_size - 1) // 2)
            self.avg = nn.AvgPool1d(kernel_size, stride=1)
            self.Linear_Seasonal = nn.Linear(seq_len, pred_len)
            self.Linear_Trend = nn.Linear(seq_len, pred_len)

        def forward(self, x):
            x = self.revin_layer(x, "norm").permute(0, 2, 1)
            trend = self.avg(self.pad(x))
            x = self.Linear_Seasonal(x - trend) + self.Linear_Trend(trend)
            return self.revin_layer(x.permute(0, 2, 1), "denorm")

    return DLinear()
