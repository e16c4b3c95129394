"""Dueling DQN on four grey frames. One state alone gives the same Q-values in both frameworks, a batch from the
replay memory does not.
"""

INPUTS = ("36x36x4",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["pool-axis"],
            "keras": ["baseline", "q_values", "centred"],
            "torch": ["mean*", "sub*", "add*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    frames = keras.Input((36, 36, 4), name="frames")
    x = layers.Conv2D(8, 8, strides=4, activation="relu", name="conv_1")(frames)
    x = layers.Conv2D(16, 4, strides=2, activation="relu", name="conv_2")(x)
    x = layers.Conv2D(16, 2, activation="relu", name="conv_3")(x)
    x = layers.Flatten(name="flat")(x)
    v = layers.Dense(20, activation="relu", name="value_hidden")(x)
    v = layers.Dense(1, name="value")(v)
    a = layers.Dense(20, activation="relu", name="advantage_hidden")(x)
    a = layers.Dense(5, name="advantage")(a)
    mean = layers.Lambda(lambda t: ops.mean(t, axis=1, keepdims=True), output_shape=(1,), name="baseline")(a)
    a = layers.Subtract(name="centred")([a, mean])
    return keras.Model(frames, layers.Add(name="q_values")([v, a]))


def torch_model():
    import torch.nn as nn

    class DuelingDQN(nn.Module):
        def __init__(self, n_actions=5):
            super().__init__()
            self.features = nn.Sequential(
                nn.Conv2d(4, 8, kernel_size=8, stride=4),
                nn.ReLU(),
                nn.Conv2d(8, 16, kernel_size=4, stride=2),
                nn.ReLU(),
                nn.Conv2d(16, 16, kernel_size=2),
                nn.ReLU(),
            )
            self.advantage = nn.Sequential(nn.Linear(64, 20), nn.ReLU(), nn.Linear(20, n_actions))
            self.value = nn.Sequential(nn.Linear(64, 20), nn.ReLU(), nn.Linear(20, 1))

        def forward(self, x):
            x = self.features(x).permute(0, 2, 3, 1)
            x = x.reshape(x.size(0), -1)
            advantage = self.advantage(x)
            value = self.value(x)
            return value + advantage - advantage.mean()

    return DuelingDQN()
