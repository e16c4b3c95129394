"""Dueling double DQN on stacked frames: acting on single states agrees between my two versions, but the Q values of a
replay batch do not.
"""

INPUTS = ("20x20x4",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["pool-axis"],
            "keras": ["advantage_mean", "centred", "q_values"],
            "torch": ["mean*", "add*", "sub*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class MeanOverActions(layers.Layer):
        def call(self, a):
            return ops.mean(a, axis=1, keepdims=True)

    frames = keras.Input((20, 20, 4), name="frames")
    x = layers.Rescaling(0.5, name="scaled")(frames)
    x = layers.Conv2D(8, 4, strides=2, activation="relu", name="conv_1")(x)
    x = layers.Conv2D(12, 3, activation="relu", name="conv_2")(x)
    x = layers.Flatten(name="flat")(layers.Permute((3, 1, 2))(x))
    value = layers.Dense(1, name="value")(layers.Dense(16, activation="relu", name="value_hidden")(x))
    advantage = layers.Dense(5, name="advantage")(layers.Dense(16, activation="relu", name="advantage_hidden")(x))
    mean = MeanOverActions(name="advantage_mean")(advantage)
    centred = layers.Subtract(name="centred")([advantage, mean])
    return keras.Model(frames, layers.Add(name="q_values")([value, centred]))


def torch_model():
    from torch import nn

    class DuelingCnnDQN(nn.Module):
        def __init__(self, input_channels=4, num_outputs=5):
            super().__init__()
            self.features = nn.Sequential(
                nn.Conv2d(input_channels, 8, kernel_size=4, stride=2),
                nn.ReLU(),
                nn.Conv2d(8, 12, kernel_size=3),
                nn.ReLU(),
            )
            self.advantage = nn.Sequential(nn.Linear(12 * 7 * 7, 16), nn.ReLU(), nn.Linear(16, num_outputs))
            self.value = nn.Sequential(nn.Linear(12 * 7 * 7, 16), nn.ReLU(), nn.Linear(16, 1))

        def forward(self, x):
            x = self.features(x * 0.5)
            x = x.view(x.size(0), -1)
            advantage = self.advantage(x)
            value = self.value(x)
            return value + advantage - advantage.mean()

    return DuelingCnnDQN()
