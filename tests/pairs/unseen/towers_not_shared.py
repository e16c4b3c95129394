"""Siamese network: one tower called twice in Keras, two towers in PyTorch."""

INPUTS = ("8", "8")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["tied-weights", "layer-missing"],
            "keras": ["*"],
            "torch": ["right", "right.*", "left", "left.*", ""],
            "visible": False,
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    def tower():
        inputs = keras.Input((8,))
        x = layers.Dense(10, activation="relu")(inputs)
        return keras.Model(inputs, layers.Dense(5)(x), name="tower")

    left, right = keras.Input((8,), name="anchor"), keras.Input((8,), name="other")
    encode = tower()
    distance = layers.Lambda(lambda z: keras.ops.abs(z[0] - z[1]))([encode(left), encode(right)])
    return keras.Model([left, right], layers.Dense(1, activation="sigmoid", name="same")(distance))


def torch_model():
    import torch
    from torch import nn

    def tower():
        return nn.Sequential(nn.Linear(8, 10), nn.ReLU(), nn.Linear(10, 5))

    class Siamese(nn.Module):
        def __init__(self):
            super().__init__()
            self.left = tower()
            self.right = tower()
            self.same = nn.Linear(5, 1)

        def forward(self, anchor, other):
            return torch.sigmoid(self.same((self.left(anchor) - self.right(other)).abs()))

    return Siamese()
