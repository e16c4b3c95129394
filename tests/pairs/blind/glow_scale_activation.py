"""Glow steps on a squeezed image: the coupling scales by sigmoid(s + 2) in Keras and by exp(s) in PyTorch."""

INPUTS = ("8x8x4",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["activation-other"],
            "keras": ["*step*coupling*", "*step*actnorm*"],
            "torch": ["steps.*.coupling*", "steps.*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class ActNorm(layers.Layer):
        def build(self, shape):
            self.loc = self.add_weight(shape=(shape[-1],), initializer="random_normal", name="loc")
            self.logs = self.add_weight(shape=(shape[-1],), initializer="zeros", name="logs")

        def call(self, x):
            return (x + self.loc) * ops.exp(self.logs)

    class Invertible1x1(layers.Layer):
        def build(self, shape):
            self.matrix = self.add_weight(shape=(shape[-1], shape[-1]), initializer="orthogonal", name="matrix")

        def call(self, x):
            return ops.einsum("bhwc,cd->bhwd", x, self.matrix)

    class AffineCoupling(layers.Layer):
        def __init__(self, width, **kwargs):
            super().__init__(**kwargs)
            self.conv1 = layers.Conv2D(width, 3, padding="same", activation="relu", name="conv1")
            self.conv2 = layers.Conv2D(width, 1, activation="relu", name="conv2")
            self.conv3 = None

        def build(self, shape):
            self.conv3 = layers.Conv2D(shape[-1], 3, padding="same", name="conv3")

        def call(self, x):
            a, b = ops.split(x, 2, axis=-1)
            shift, s = ops.split(self.conv3(self.conv2(self.conv1(a))), 2, axis=-1)
            return ops.concatenate([a, (b + shift) * ops.sigmoid(s + 2.0)], axis=-1)

    class FlowStep(layers.Layer):
        def __init__(self, width, **kwargs):
            super().__init__(**kwargs)
            self.actnorm = ActNorm(name="actnorm")
            self.mix = Invertible1x1(name="mix")
            self.coupling = AffineCoupling(width, name="coupling")

        def call(self, x):
            return self.coupling(self.mix(self.actnorm(x)))

    inputs = keras.Input((8, 8, 4))
    x = inputs
    for i in range(3):
        x = FlowStep(10, name=f"step_{i}")(x)
    return keras.Model(inputs, x)


def torch_model():
    import torch
    from torch import nn
    from torch.nn import functional as F

    class ActNorm2d(nn.Module):
        def __init__(self, n):
            super().__init__()
            self.bias = nn.Parameter(torch.zeros(1, n, 1, 1))
            self.logs = nn.Parameter(torch.zeros(1, n, 1, 1))

        def forward(self, x):
            return (x + self.bias) * torch.exp(self.logs)

    class InvConv(nn.Module):
        def __init__(self, n):
            super().__init__()
            self.weight = nn.Parameter(torch.linalg.qr(torch.randn(n, n))[0])

        def forward(self, x):
            return F.conv2d(x, self.weight[:, :, None, None])

    class AffineCoupling(nn.Module):
        def __init__(self, n, hidden):
            super().__init__()
            self.net = nn.Sequential(
                nn.Conv2d(n // 2, hidden, 3, padding=1),
                nn.ReLU(),
                nn.Conv2d(hidden, hidden, 1),
                nn.ReLU(),
                nn.Conv2d(hidden, n, 3, padding=1),
            )

        def forward(self, x):
            za, zb = x.chunk(2, 1)
            t, log_s = self.net(za).chunk(2, 1)
            return torch.cat([za, (zb + t) * log_s.exp()], 1)

    class Step(nn.Module):
        def __init__(self, n):
            super().__init__()
            self.actnorm = ActNorm2d(n)
            self.invconv = InvConv(n)
            self.coupling = AffineCoupling(n, 10)

        def forward(self, x):
            return self.coupling(self.invconv(self.actnorm(x)))

    class Glow(nn.Module):
        def __init__(self):
            super().__init__()
            self.steps = nn.ModuleList([Step(4) for _ in range(3)])

        def forward(self, x):
            for step in self.steps:
                x = step(x)
            return x

    return Glow()
