"""The Keras author wanted uncertainty and wrote a Dropout that is always on: it never predicts twice the same.

pytorch/pytorch pull request 17549.
"""

INPUTS = ("9x9x2",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["train-mode-left-on"], "keras": ["mc_dropout"], "torch": ["drop", "fc"]}],
}


def keras_model():
    import keras
    from keras import layers

    class MCDropout(layers.Dropout):
        def call(self, inputs, training=None):
            return super().call(inputs, training=True)

    inputs = keras.Input((9, 9, 2))
    x = layers.Conv2D(6, 3, activation="relu")(inputs)
    x = layers.GlobalMaxPooling2D()(x)
    x = MCDropout(0.4)(x)
    return keras.Model(inputs, layers.Dense(3)(x))


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(2, 6, 3)
            self.drop = nn.Dropout(0.4)
            self.fc = nn.Linear(6, 3)

        def forward(self, x):
            x = torch.relu(self.conv(x)).amax((2, 3))
            return self.fc(self.drop(x))

    return Net()
