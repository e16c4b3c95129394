"""My dueling DQN learns in Keras and not in PyTorch: Q = V + A - A.mean(). Predictions for one state agree, though."""

INPUTS = ("20x20x2",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            # the mean of the whole batch, where Keras takes one per state
            "rules": ["pool-axis", "wiring-other", "norm-axis"],
            "keras": ["*mean*", "*subtract*", "*add*", "q", "advantage*"],
            "torch": ["mean*", "sub*", "advantage*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    frames = keras.Input((20, 20, 2), name="frames")
    x = layers.Rescaling(0.5, name="scale")(frames)
    x = layers.Conv2D(8, 4, strides=2, activation="relu", name="conv1")(x)
    x = layers.Conv2D(8, 3, strides=2, activation="relu", name="conv2")(x)
    x = layers.Flatten(name="flat")(x)
    value = layers.Dense(1, name="value")(layers.Dense(12, activation="relu", name="value_hidden")(x))
    advantage = layers.Dense(4, name="advantage")(layers.Dense(12, activation="relu", name="advantage_hidden")(x))
    mean = ops.mean(advantage, axis=1, keepdims=True)
    centred = layers.Subtract(name="subtract")([advantage, mean])
    return keras.Model(frames, layers.Add(name="q")([value, centred]))


def torch_model():
    from torch import nn

    class DuelingCnnDQN(nn.Module):
        def __init__(self, num_outputs=4):
            super().__init__()
            self.features = nn.Sequential(
                nn.Conv2d(2, 8, kernel_size=4, stride=2), nn.ReLU(), nn.Conv2d(8, 8, kernel_size=3, stride=2), nn.ReLU()
            )
            self.advantage = nn.Sequential(nn.Linear(128, 12), nn.ReLU(), nn.Linear(12, num_outputs))
            self.value = nn.Sequential(nn.Linear(128, 12), nn.ReLU(), nn.Linear(12, 1))

        def forward(self, x):
            x = self.features(x / 2)
            x = x.reshape(x.size(0), -1)
            advantage = self.advantage(x)
            value = self.value(x)
            return value + advantage - advantage.mean()

    return DuelingCnnDQN()
