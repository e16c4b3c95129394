"""Activity recognition from an accelerometer, a stack of 1D convolutions. The trained weights lie in one archive; the
PyTorch side walks over its named parameters and picks each one up.
"""

INPUTS = ("48x6",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["weights-never-loaded"],
            "keras": ["bn_0", "bn_1", "bn_2"],
            "torch": ["stages.*.norm", "norm"],
        }
    ],
}
OWN_WEIGHTS = True

WIDTHS = (12, 16, 24)


def archive():
    """The arrays of the training run, with the names and the layout of PyTorch."""
    import numpy as np

    rng = np.random.default_rng(11)
    found, width = {}, 6
    for i, out in enumerate(WIDTHS):
        found[f"stages.{i}.conv.weight"] = rng.normal(0, (5 * width) ** -0.5, (out, width, 5))
        found[f"stages.{i}.norm.weight"] = rng.uniform(0.6, 1.4, out)
        found[f"stages.{i}.norm.bias"] = rng.normal(0, 0.3, out)
        found[f"stages.{i}.norm.running_mean"] = rng.normal(0, 0.5, out)
        found[f"stages.{i}.norm.running_var"] = rng.uniform(0.3, 2.5, out)
        width = out
    found["head.weight"] = rng.normal(0, width**-0.5, (6, width))
    found["head.bias"] = rng.normal(0, 0.1, 6)
    return {name: array.astype("float32") for name, array in found.items()}


def keras_model():
    import keras
    from keras import layers

    x = signal = keras.Input((48, 6), name="signal")
    for i, width in enumerate(WIDTHS):
        x = layers.Conv1D(width, 5, padding="same", use_bias=False, name=f"conv_{i}")(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"bn_{i}")(x)
        x = layers.MaxPooling1D(2, name=f"pool_{i}")(layers.ReLU(name=f"relu_{i}")(x))
    x = layers.GlobalAveragePooling1D(name="mean")(x)
    model = keras.Model(signal, layers.Dense(6, name="activity")(x))

    found = archive()
    for i in range(len(WIDTHS)):
        prefix = f"stages.{i}"
        model.get_layer(f"conv_{i}").set_weights([found[f"{prefix}.conv.weight"].transpose(2, 1, 0)])
        model.get_layer(f"bn_{i}").set_weights(
            [found[f"{prefix}.norm.{part}"] for part in ("weight", "bias", "running_mean", "running_var")]
        )
    model.get_layer("activity").set_weights([found["head.weight"].T, found["head.bias"]])
    return model


def torch_model():
    import torch
    from torch import nn

    class Stage(nn.Module):
        def __init__(self, inp, out):
            super().__init__()
            self.conv = nn.Conv1d(inp, out, 5, padding=2, bias=False)
            self.norm = nn.BatchNorm1d(out)
            self.pool = nn.MaxPool1d(2)

        def forward(self, x):
            return self.pool(self.norm(self.conv(x)).relu())

    class ActivityNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.stages = nn.Sequential(*[Stage(a, b) for a, b in zip((6, *WIDTHS), WIDTHS)])
            self.head = nn.Linear(WIDTHS[-1], 6)

        def forward(self, x):
            return self.head(self.stages(x.transpose(1, 2)).mean(dim=-1))

    net = ActivityNet()
    found = archive()
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            parameter.copy_(torch.from_numpy(found[name]))
    return net
