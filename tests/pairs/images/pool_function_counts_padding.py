"""An Inception branch with ``F.avg_pool2d(x, 3, 1, 1)`` for a "same" average pool.

tensorflow/tensorflow issue 45579.
"""

INPUTS = ("17x17x4",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["average-pool-padding"], "keras": ["average_pooling2d"], "torch": ["avg_pool2d"]}],
}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((17, 17, 4))
    a = layers.Conv2D(6, 1, activation="relu")(inputs)
    b = layers.Conv2D(6, 5, padding="same", activation="relu")(layers.Conv2D(3, 1, activation="relu")(inputs))
    c = layers.Conv2D(6, 1, activation="relu")(layers.AveragePooling2D(3, strides=1, padding="same")(inputs))
    x = layers.Concatenate()([a, b, c])
    x = layers.MaxPooling2D(3, strides=2)(x)
    return keras.Model(inputs, layers.Dense(3)(layers.Flatten()(x)))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.b1 = nn.Conv2d(4, 6, 1)
            self.b2a = nn.Conv2d(4, 3, 1)
            self.b2b = nn.Conv2d(3, 6, 5, padding=2)
            self.b3 = nn.Conv2d(4, 6, 1)
            self.fc = nn.Linear(18 * 64, 3)

        def forward(self, x):
            x = torch.cat(
                [F.relu(self.b1(x)), F.relu(self.b2b(F.relu(self.b2a(x)))), F.relu(self.b3(F.avg_pool2d(x, 3, 1, 1)))],
                1,
            )
            return self.fc(torch.flatten(F.max_pool2d(x, 3, 2), 1))

    return Net()
