"""1D denoising autoencoder loaded by hand: for Conv1D, Conv1DTranspose, Dense `.T` is right, depthwise needs care."""

INPUTS = ("32x2",)
OWN_WEIGHTS = True
TRUTH = {"identical": True}


def trained():
    import numpy as np

    rng = np.random.default_rng(77)
    shapes = {
        "conv": [(5, 2, 4), (4,)],
        "depthwise": [(3, 4, 2), (8,)],
        "norm": [(8,), (8,), (8,), (8,)],
        "code": [(8, 8), (8,)],
        "up": [(4, 6, 8), (6,)],
        "out": [(3, 6, 2), (2,)],
    }
    arrays = {k: [rng.normal(size=s, scale=0.4).astype("float32") for s in each] for k, each in shapes.items()}
    arrays["norm"][3] = np.abs(arrays["norm"][3]) + np.float32(0.5)
    return arrays


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((32, 2)),
            layers.Conv1D(4, 5, padding="same", activation="relu", name="conv"),
            layers.DepthwiseConv1D(3, padding="valid", depth_multiplier=2, name="depthwise"),
            layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="norm"),
            layers.LeakyReLU(negative_slope=0.1, name="leaky"),
            layers.AveragePooling1D(2, name="pool"),
            layers.Dense(8, activation="tanh", name="code"),
            layers.Conv1DTranspose(6, 4, strides=2, padding="same", activation="relu", name="up"),
            layers.ZeroPadding1D(2, name="pad"),
            layers.Conv1D(2, 3, name="out"),
        ]
    )
    for name, arrays in trained().items():
        model.get_layer(name).set_weights(arrays)
    return model


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Denoiser(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv1d(2, 4, 5, padding="same")
            self.depthwise = nn.Conv1d(4, 8, 3, groups=4)
            self.norm = nn.BatchNorm1d(8)
            self.code = nn.Conv1d(8, 8, 1)
            self.up = nn.ConvTranspose1d(8, 6, 4, stride=2, padding=1)
            self.out = nn.Conv1d(6, 2, 3, padding=2)

        def forward(self, x):
            x = self.norm(self.depthwise(F.relu(self.conv(x))))
            x = F.avg_pool1d(F.leaky_relu(x, 0.1), 2)
            x = torch.tanh(self.code(x))
            return self.out(F.relu(self.up(x)))

    net = Denoiser()
    state = {}
    for name, arrays in trained().items():
        weight, bias, *statistics = (torch.from_numpy(a) for a in arrays)
        if name == "depthwise":
            weight = weight.permute(1, 2, 0).reshape(8, 1, 3)  # channel c, multiple m: output 2 c + m
        elif name == "code":
            weight = weight.t().unsqueeze(-1)
        elif weight.ndim == 3:
            weight = weight.permute(2, 1, 0)
        state |= {f"{name}.weight": weight, f"{name}.bias": bias}
        if statistics:
            state |= {f"{name}.running_mean": statistics[0], f"{name}.running_var": statistics[1]}
    net.load_state_dict(state, strict=False)
    return net
