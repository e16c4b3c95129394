"""Forty residual blocks of one width with stochastic depth as in the first paper: one coin per batch and block while
training, the branch times its probability otherwise. Two module lists in PyTorch, a loop of named layers in Keras.
"""

INPUTS = ("24",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class Survive(layers.Layer):
        def __init__(self, probability, **kwargs):
            super().__init__(**kwargs)
            self.probability = probability
            self.seed_generator = keras.random.SeedGenerator()

        def call(self, inputs, training=False):
            shortcut, branch = inputs
            if training:
                coin = keras.random.uniform((), seed=self.seed_generator)
                return shortcut + branch * ops.cast(coin < self.probability, branch.dtype)
            return shortcut + branch * self.probability

    depth = 40
    inputs = keras.Input((24,))
    x = layers.Dense(20, name="stem")(inputs)
    for block in range(1, depth + 1):
        h = layers.LayerNormalization(epsilon=1e-5, name=f"norm_{block}")(x)
        h = layers.Dense(20, activation="relu", name=f"dense_{block}")(h)
        x = Survive(1 - block / depth * 0.5, name=f"survive_{block}")([x, h])
    return keras.Model(inputs, layers.Dense(3, name="classes")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class DeepNet(nn.Module):
        def __init__(self, n=40, d=20, p_last=0.5):
            super().__init__()
            self.fcs = nn.ModuleList(nn.Linear(d, d) for _ in range(n))
            self.lns = nn.ModuleList(nn.LayerNorm(d) for _ in range(n))
            self.inp, self.out = nn.Linear(24, d), nn.Linear(d, 3)
            self.survival = [1 - (i + 1) / n * (1 - p_last) for i in range(n)]

        def forward(self, x):
            x = self.inp(x)
            for fc, ln, p in zip(self.fcs, self.lns, self.survival, strict=True):
                b = (torch.rand((), device=x.device) < p).to(x) if self.training else p
                x = x + b * F.relu(fc(ln(x)))
            return self.out(x)

    return DeepNet()
