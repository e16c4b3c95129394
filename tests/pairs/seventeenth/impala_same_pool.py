"""Policy and value of an actor-critic agent on game screens, the residual IMPALA network: I rewrote my PyTorch agent in
Keras with "same" everywhere, and the values come out slightly different from the very first screen.
"""

INPUTS = ("32x32x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["pool-padding", "pool-ceil-mode"],
            "keras": ["stage0_pool"],
            "torch": ["stages.0.pool", "stages.0", "max_pool2d*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    def residual(x, depth, name):
        y = layers.ReLU(name=f"{name}_relu0")(x)
        y = layers.Conv2D(depth, 3, padding="same", name=f"{name}_conv0")(y)
        y = layers.ReLU(name=f"{name}_relu1")(y)
        y = layers.Conv2D(depth, 3, padding="same", name=f"{name}_conv1")(y)
        return layers.Add(name=f"{name}_add")([x, y])

    screen = keras.Input((32, 32, 3), name="screen")
    x = screen
    for i, depth in enumerate((8, 12, 12)):
        x = layers.Conv2D(depth, 3, padding="same", name=f"stage{i}_conv")(x)
        x = layers.MaxPooling2D(3, strides=2, padding="same", name=f"stage{i}_pool")(x)
        x = residual(x, depth, f"stage{i}_res0")
        x = residual(x, depth, f"stage{i}_res1")
    x = layers.ReLU(name="last_relu")(x)
    x = layers.Permute((3, 1, 2), name="channels_first")(x)
    x = layers.Flatten(name="flat")(x)
    x = layers.Dense(48, activation="relu", name="hidden")(x)
    return keras.Model(screen, [layers.Dense(7, name="policy")(x), layers.Dense(1, name="value")(x)])


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class ResidualBlock(nn.Module):
        def __init__(self, channels):
            super().__init__()
            self.conv0 = nn.Conv2d(channels, channels, 3, padding=1)
            self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)

        def forward(self, x):
            return self.conv1(F.relu(self.conv0(F.relu(x)))) + x

    class ConvSequence(nn.Module):
        def __init__(self, cin, cout):
            super().__init__()
            self.conv = nn.Conv2d(cin, cout, 3, padding=1)
            self.pool = nn.MaxPool2d(3, stride=2, padding=1)
            self.res_block0 = ResidualBlock(cout)
            self.res_block1 = ResidualBlock(cout)

        def forward(self, x):
            return self.res_block1(self.res_block0(self.pool(self.conv(x))))

    class Agent(nn.Module):
        def __init__(self, actions=7):
            super().__init__()
            widths = (3, 8, 12, 12)
            self.stages = nn.ModuleList(ConvSequence(a, b) for a, b in zip(widths, widths[1:], strict=False))
            self.critic = nn.Linear(48, 1)
            self.actor = nn.Linear(48, actions)
            self.hidden = nn.Linear(12 * 4 * 4, 48)

        def forward(self, x):
            for stage in self.stages:
                x = stage(x)
            x = F.relu(self.hidden(F.relu(x).flatten(1)))
            return self.actor(x), self.critic(x)

    return Agent()
