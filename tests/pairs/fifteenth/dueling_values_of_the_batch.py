"""Dueling head for a game from pixels: value plus advantage minus mean advantage. Acting one frame at a time both
agree; in a replay batch the values of the port depend on which frames were drawn.
"""

INPUTS = ("32x32x4",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["pool-axis", "wiring-other"],
            "keras": ["centre", "mean*", "sub*", "add*", "q_values"],
            "torch": ["mean*", "sub*", "add*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class Centre(layers.Layer):
        def call(self, advantage):
            return advantage - ops.mean(advantage, axis=-1, keepdims=True)

    frames = keras.Input((32, 32, 4))
    x = layers.Conv2D(8, 8, strides=4, activation="relu", name="conv_1")(frames)
    x = layers.Conv2D(12, 4, strides=1, activation="relu", name="conv_2")(x)
    x = layers.Conv2D(12, 3, activation="relu", name="conv_3")(x)
    x = layers.Flatten()(x)
    value = layers.Dense(20, activation="relu", name="value_hidden")(x)
    value = layers.Dense(1, name="value")(value)
    advantage = layers.Dense(20, activation="relu", name="advantage_hidden")(x)
    advantage = layers.Dense(6, name="advantage")(advantage)
    return keras.Model(frames, layers.Add(name="q_values")([value, Centre(name="centre")(advantage)]))


def torch_model():
    from torch import nn

    class DuelingDQN(nn.Module):
        def __init__(self, num_actions):
            super().__init__()
            self.features = nn.Sequential(
                nn.Conv2d(4, 8, kernel_size=8, stride=4),
                nn.ReLU(),
                nn.Conv2d(8, 12, kernel_size=4),
                nn.ReLU(),
                nn.Conv2d(12, 12, kernel_size=3),
                nn.ReLU(),
            )
            self.advantage = nn.Sequential(nn.Linear(48, 20), nn.ReLU(), nn.Linear(20, num_actions))
            self.value = nn.Sequential(nn.Linear(48, 20), nn.ReLU(), nn.Linear(20, 1))

        def forward(self, x):
            x = self.features(x).permute(0, 2, 3, 1).flatten(1)
            advantage = self.advantage(x)
            value = self.value(x)
            return value + advantage - advantage.mean()

    return DuelingDQN(6)
