"""Paper: "gradients are clipped at 1/8". I took that for the norm of all in Keras and for single values in PyTorch."""

INPUTS = ("20x3",)
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["clipping-other"], "keras": ["optimizer"], "torch": ["optimizer"]}],
}


def keras_model():
    import keras
    from keras import layers

    class Forecast(keras.Model):
        def __init__(self):
            super().__init__()
            self.convs = [
                layers.Conv1D(8, 3, padding="causal", dilation_rate=2**i, activation="tanh", name=f"conv_{i}")
                for i in range(3)
            ]
            self.skips = [layers.Dense(8, name=f"skip_{i}") for i in range(3)]
            self.out = layers.Dense(2, name="out")

        def call(self, x):
            total = 0
            for conv, skip in zip(self.convs, self.skips, strict=True):
                x = conv(x)
                total = total + skip(x[:, -1])
            return self.out(keras.ops.tanh(total))

    return Forecast(), keras.optimizers.SGD(0.25, global_clipnorm=0.125), keras.losses.MeanSquaredError()


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.convs = nn.ModuleList(nn.Conv1d(8 if i else 3, 8, 3, dilation=2**i) for i in range(3))
            self.skips = nn.ModuleList(nn.Linear(8, 8) for _ in range(3))
            self.out = nn.Linear(8, 2)

        def forward(self, x):
            skips = []
            for i, (conv, skip) in enumerate(zip(self.convs, self.skips, strict=True)):
                x = conv(F.pad(x, (2 ** (i + 1), 0))).tanh()
                skips.append(skip(x[..., -1]))
            return self.out(torch.stack(skips).sum(0).tanh())

    model = Net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25)

    def hook(optimizer, args, kwargs):
        for group in optimizer.param_groups:
            torch.nn.utils.clip_grad_value_(group["params"], clip_value=0.125)

    optimizer.register_step_pre_hook(hook)
    return model, optimizer, nn.MSELoss()


def training_data():
    import numpy as np

    rng = np.random.default_rng(51)
    return rng.normal(size=(24, 20, 3)).astype("float32"), (2 * rng.normal(size=(24, 2)) + 1).astype("float32")
