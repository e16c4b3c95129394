"""Dueling network for Atari frames: the advantages lose their mean over the actions in Keras; in PyTorch mean() was
called without a dimension and averages over the whole batch.
"""

INPUTS = ("44x44x4",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["pool-axis", "norm-axis", "wiring-other"],
            "keras": ["q_values", "q_values/*"],
            "torch": ["mean*", "sub*", "add*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class Dueling(layers.Layer):
        def call(self, value, advantage):
            return value + (advantage - ops.mean(advantage, axis=1, keepdims=True))

    frames = keras.Input((44, 44, 4))
    x = layers.Conv2D(16, 8, strides=4, activation="relu", name="conv_1")(frames)
    x = layers.Conv2D(24, 4, strides=2, activation="relu", name="conv_2")(x)
    x = layers.Conv2D(24, 3, activation="relu", name="conv_3")(x)
    x = layers.Flatten(name="flat")(layers.Permute((3, 1, 2), name="channels_first")(x))
    value = layers.Dense(32, activation="relu", name="value_hidden")(x)
    value = layers.Dense(1, name="value")(value)
    advantage = layers.Dense(32, activation="relu", name="advantage_hidden")(x)
    advantage = layers.Dense(6, name="advantage")(advantage)
    return keras.Model(frames, Dueling(name="q_values")(value, advantage))


def torch_model():
    from torch import nn

    class DuelingCnnDQN(nn.Module):
        def __init__(self, in_channels=4, num_actions=6):
            super().__init__()
            self.features = nn.Sequential(
                nn.Conv2d(in_channels, 16, kernel_size=8, stride=4),
                nn.ReLU(),
                nn.Conv2d(16, 24, kernel_size=4, stride=2),
                nn.ReLU(),
                nn.Conv2d(24, 24, kernel_size=3, stride=1),
                nn.ReLU(),
            )
            self.advantage = nn.Sequential(nn.Linear(24 * 2 * 2, 32), nn.ReLU(), nn.Linear(32, num_actions))
            self.value = nn.Sequential(nn.Linear(24 * 2 * 2, 32), nn.ReLU(), nn.Linear(32, 1))

        def forward(self, x):
            x = self.features(x)
            x = x.view(x.size(0), -1)
            advantage = self.advantage(x)
            value = self.value(x)
            return value + advantage - advantage.mean()

    return DuelingCnnDQN()
