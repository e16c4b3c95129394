"""The encoder of the keras.io VAE against a PyTorch one."""

INPUTS = ("14",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((14,))
    x = layers.Dense(10, activation="relu")(inputs)
    z_mean = layers.Dense(2, name="z_mean")(x)
    z_log_var = layers.Dense(2, name="z_log_var")(x)
    return keras.Model(inputs, [z_mean, z_log_var], name="encoder")


def torch_model():
    from torch import nn

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1 = nn.Linear(14, 10)
            self.fc21 = nn.Linear(10, 2)
            self.fc22 = nn.Linear(10, 2)

        def forward(self, x):
            h = self.fc1(x).relu()
            return self.fc21(h), self.fc22(h)

    return Encoder()
