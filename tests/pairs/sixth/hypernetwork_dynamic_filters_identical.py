"""Hypernetwork: a small net reads the task vector and makes kernel and bias of a convolution over the signal. Keras
makes them by two Dense layers and unfolds the signal by hand; PyTorch by a single Linear, split, then conv1d with
one group per sample.
"""

INPUTS = ("14x3", "5")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    signal = keras.Input((14, 3), name="signal")
    task = keras.Input((5,), name="task")
    z = layers.Dense(12, activation="relu", name="task_encoder")(task)
    kernels = layers.Dense(6 * 3 * 3, name="make_kernel")(z)
    biases = layers.Dense(6, name="make_bias")(z)
    kernels = layers.Reshape((6, 9))(kernels)
    padded = layers.ZeroPadding1D(1)(signal)
    windows = ops.stack([padded[:, i : i + 14] for i in range(3)], axis=-1)  # (b, steps, channels, taps)
    windows = layers.Reshape((14, 9))(windows)
    y = layers.Dot(axes=(2, 2), name="dynamic")([windows, kernels])
    y = ops.relu(y + ops.expand_dims(biases, 1))
    y = layers.Conv1D(4, 3, padding="same", name="static")(y)
    return keras.Model([signal, task], y)


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class HyperConv(nn.Module):
        def __init__(self, c_in, c_out, k, z_dim):
            super().__init__()
            self.c_in, self.c_out, self.k = c_in, c_out, k
            self.hyper = nn.Linear(z_dim, c_out * c_in * k + c_out)

        def forward(self, x, z):
            b, _, length = x.shape
            w, bias = self.hyper(z).split([self.c_out * self.c_in * self.k, self.c_out], dim=1)
            out = F.conv1d(
                x.reshape(1, b * self.c_in, length),
                w.reshape(b * self.c_out, self.c_in, self.k),
                bias.reshape(-1),
                padding=self.k // 2,
                groups=b,
            )
            return out.view(b, self.c_out, length)

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.last = nn.Conv1d(6, 4, 3, padding=1)
            self.dyn = HyperConv(3, 6, 3, 12)
            self.embed = nn.Sequential(nn.Linear(5, 12), nn.ReLU())

        def forward(self, signal, task):
            x = F.relu(self.dyn(signal.transpose(1, 2), self.embed(task)))
            return self.last(x).transpose(1, 2)

    return Net()
