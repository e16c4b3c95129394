"""TCN with weight normalisation and three quantiles, trained. PyTorch: parametrizations.weight_norm and a pinball
loss with maximum; Keras: g and v in my own layer, one dense layer per quantile, pinball by where. Nesterov,
gradients clipped together to 1 (without PyTorch's 1e-6).
"""

INPUTS = ("16x2",)
TRAINS = True
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class NormedConv(layers.Layer):
        def __init__(self, filters, rate, **kwargs):
            super().__init__(**kwargs)
            self.filters, self.rate = filters, rate

        def build(self, shape):
            self.v = self.add_weight(shape=(3, shape[-1], self.filters), initializer="glorot_uniform", name="v")
            self.g = self.add_weight(shape=(self.filters,), initializer="ones", name="g")
            self.bias = self.add_weight(shape=(self.filters,), initializer="zeros", name="bias")

        def call(self, x):
            kernel = self.v * (self.g / ops.sqrt(ops.sum(ops.square(self.v), axis=(0, 1))))
            x = ops.pad(x, [(0, 0), (2 * self.rate, 0), (0, 0)])
            return ops.conv(x, kernel, padding="valid", dilation_rate=self.rate) + self.bias

    series = keras.Input((16, 2), name="series")
    x = series
    for i, (filters, rate) in enumerate([(8, 1), (8, 2), (10, 4)]):
        y = layers.Dropout(0.125)(ops.relu(NormedConv(filters, rate, name=f"level_{i}_a")(x)))
        y = layers.Dropout(0.125)(ops.relu(NormedConv(filters, rate, name=f"level_{i}_b")(y)))
        if x.shape[-1] != filters:
            x = layers.Conv1D(filters, 1, name=f"level_{i}_shortcut")(x)
        x = ops.relu(x + y)
    last = layers.Lambda(lambda t: t[:, -1], output_shape=(10,), name="last")(x)
    quantiles = [layers.Dense(1, name=f"quantile_{q}")(last) for q in (25, 50, 75)]
    model = keras.Model(series, layers.Concatenate()(quantiles))

    def pinball(y_true, y_pred):
        error = y_true - y_pred
        levels = ops.cast([0.25, 0.5, 0.75], y_pred.dtype)
        return ops.mean(ops.where(error > 0, levels * error, (levels - 1.0) * error), axis=-1)

    optimizer = keras.optimizers.SGD(0.03125, momentum=0.5, nesterov=True, global_clipnorm=1.0)
    return model, optimizer, pinball


def torch_model():
    import torch
    from torch import nn
    from torch.nn.utils.parametrizations import weight_norm

    class Chomp1d(nn.Module):
        def __init__(self, chomp_size):
            super().__init__()
            self.chomp_size = chomp_size

        def forward(self, x):
            return x[:, :, : -self.chomp_size].contiguous()

    class TemporalBlock(nn.Module):
        def __init__(self, n_inputs, n_outputs, dilation):
            super().__init__()
            self.downsample = nn.Conv1d(n_inputs, n_outputs, 1) if n_inputs != n_outputs else None
            half = []
            for n in (n_inputs, n_outputs):
                conv = nn.Conv1d(n, n_outputs, 3, padding=2 * dilation, dilation=dilation)
                half += [weight_norm(conv), Chomp1d(2 * dilation), nn.ReLU(), nn.Dropout(0.125)]
            self.net = nn.Sequential(*half)

        def forward(self, x):
            res = x if self.downsample is None else self.downsample(x)
            return torch.relu(self.net(x) + res)

    class TCN(nn.Module):
        def __init__(self):
            super().__init__()
            widths = [2, 8, 8, 10]
            self.network = nn.Sequential(*(TemporalBlock(widths[i], widths[i + 1], 2**i) for i in range(3)))
            self.linear = nn.Linear(10, 3)

        def forward(self, x):
            return self.linear(self.network(x.transpose(1, 2))[..., -1])

    model = TCN()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.03125, momentum=0.5, nesterov=True)

    def clip(optimizer, args, kwargs):
        grads = [p.grad for group in optimizer.param_groups for p in group["params"] if p.grad is not None]
        norm = torch.stack([g.pow(2).sum() for g in grads]).sum().sqrt()
        for g in grads:
            g.mul_(1.0 / norm.clamp(min=1.0))

    optimizer.register_step_pre_hook(clip)

    def quantile_loss(preds, target):
        losses = []
        for i, q in enumerate([0.25, 0.5, 0.75]):
            errors = target[:, i] - preds[:, i]
            losses.append(torch.max((q - 1) * errors, q * errors).unsqueeze(1))
        return torch.mean(torch.cat(losses, dim=1))

    return model, optimizer, quantile_loss


def training_data():
    import numpy as np

    rng = np.random.default_rng(77)
    series = rng.normal(size=(24, 16, 2)).astype("float32")
    goal = 6 * series[:, -4:].sum((1, 2)) + rng.normal(size=24)
    return series, np.repeat(goal[:, None], 3, axis=1).astype("float32")
