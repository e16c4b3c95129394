"""Dueling DQN for a small control task: a shared trunk, a value and an advantage stream, Q = V + A - mean(A). Single
states give the same Q values on both sides, batches do not.
"""

INPUTS = ("8",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["pool-axis", "wiring-other"],
            "keras": ["dueling*", "mean*", "subtract*", "add*", "centred*", "q_values*"],
            "torch": ["mean*", "sub*", "add*", "", "advantage_stream", "advantage_stream.*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class Dueling(layers.Layer):
        def call(self, value, advantage):
            return value + (advantage - ops.mean(advantage, axis=1, keepdims=True))

    state = keras.Input((8,), name="state")
    x = layers.Dense(24, activation="relu", name="trunk_1")(state)
    x = layers.Dense(24, activation="relu", name="trunk_2")(x)
    value = layers.Dense(1, name="value")(layers.Dense(16, activation="relu", name="value_hidden")(x))
    advantage = layers.Dense(4, name="advantage")(layers.Dense(16, activation="relu", name="advantage_hidden")(x))
    return keras.Model(state, Dueling(name="dueling")(value, advantage))


def torch_model():
    from torch import nn

    class DuelingDQN(nn.Module):
        def __init__(self, input_dim=8, output_dim=4):
            super().__init__()
            self.feature = nn.Sequential(nn.Linear(input_dim, 24), nn.ReLU(), nn.Linear(24, 24), nn.ReLU())
            self.advantage_stream = nn.Sequential(nn.Linear(24, 16), nn.ReLU(), nn.Linear(16, output_dim))
            self.value_stream = nn.Sequential(nn.Linear(24, 16), nn.ReLU(), nn.Linear(16, 1))

        def forward(self, state):
            features = self.feature(state)
            values = self.value_stream(features)
            advantages = self.advantage_stream(features)
            return values + (advantages - advantages.mean())

    return DuelingDQN()
