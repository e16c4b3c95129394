"""A residual branch is scaled by 0.1 in the original."""

INPUTS = ("12",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["scale-other"], "keras": ["add", "multiply*"], "torch": ["add", "relu"]}],
}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((12,))
    y = layers.Dense(12, activation="relu")(inputs)
    x = inputs + 0.1 * y
    return keras.Model(inputs, layers.Dense(2)(x))


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.Linear(12, 12)
            self.b = nn.Linear(12, 2)

        def forward(self, x):
            return self.b(x + torch.relu(self.a(x)))

    return Net()
