"""Three mixer blocks of their own in Keras; [block] * 3 makes one block of them in PyTorch."""

INPUTS = ("6x8",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["layer-missing", "tied-weights", "wiring-other"],
            "keras": ["*block_1*", "*block_2*"],
            "torch": ["blocks*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class MixBlock(layers.Layer):
        def __init__(self, steps, width, **kwargs):
            super().__init__(**kwargs)
            self.norm = layers.LayerNormalization(epsilon=1e-5, name="norm")
            self.over_time = layers.Dense(steps, activation="gelu", name="over_time")
            self.over_channels = layers.Dense(width, name="over_channels")

        def call(self, x):
            y = ops.swapaxes(self.over_time(ops.swapaxes(self.norm(x), 1, 2)), 1, 2)
            return x + self.over_channels(y)

    class Forecaster(keras.Model):
        def __init__(self, steps=6, width=8, depth=3, horizon=4, **kwargs):
            super().__init__(**kwargs)
            self.blocks = [MixBlock(steps, width, name=f"block_{i}") for i in range(depth)]
            self.project = layers.Dense(horizon, name="project")

        def call(self, x):
            for block in self.blocks:
                x = block(x)
            return ops.transpose(self.project(ops.transpose(x, (0, 2, 1))), (0, 2, 1))

    return Forecaster(name="forecaster")


def torch_model():
    from torch import nn

    class MixBlock(nn.Module):
        def __init__(self, steps: int, width: int):
            super().__init__()
            self.norm = nn.LayerNorm(width)
            self.temporal = nn.Linear(steps, steps)
            self.act = nn.GELU()
            self.channel = nn.Linear(width, width)

        def forward(self, x):
            y = self.act(self.temporal(self.norm(x).mT)).mT
            return x + self.channel(y)

    class TSMixer(nn.Module):
        def __init__(self, steps=6, width=8, depth=3, horizon=4):
            super().__init__()
            block = MixBlock(steps, width)
            self.blocks = nn.Sequential(*([block] * depth))
            self.fc = nn.Linear(steps, horizon)

        def forward(self, x):
            return self.fc(self.blocks(x).mT).mT

    return TSMixer()
