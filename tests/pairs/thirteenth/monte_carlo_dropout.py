"""Regression with uncertainty: the dropout stays on when predicting, on purpose, and one head gives mean and log
variance; an own subclass of the layer in Keras, F.dropout without the training flag in PyTorch.
"""

INPUTS = ("10",)
TRUTH = {"identical": True}
NO_FILE = "it draws random numbers when predicting; ONNX has no stateless uniform numbers"


def keras_model():
    import keras
    from keras import layers

    class MCDropout(layers.Dropout):
        def call(self, inputs, training=None):
            return super().call(inputs, training=True)

    x = inputs = keras.Input((10,))
    for number in (1, 2):
        x = layers.Dense(32, activation="relu", name=f"hidden_{number}")(x)
        x = MCDropout(0.25, name=f"always_{number}")(x)
    mean = layers.Dense(1, name="mean")(x)
    log_variance = layers.Dense(1, name="log_variance")(x)
    return keras.Model(inputs, [mean, log_variance])


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class BayesianRegressor(nn.Module):
        def __init__(self, p=0.25):
            super().__init__()
            self.fc1, self.fc2, self.fc3 = nn.Linear(10, 32), nn.Linear(32, 32), nn.Linear(32, 2)
            self.p = p

        def forward(self, x):
            x = F.dropout(F.relu(self.fc1(x)), self.p)
            x = F.dropout(F.relu(self.fc2(x)), self.p)
            mu, log_var = self.fc3(x).chunk(2, dim=-1)
            return mu, log_var

    return BayesianRegressor()
