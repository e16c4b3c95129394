"""Autoencoder for sensor readings, each gradient kept within 0.01: clipvalue here, a hook per parameter there."""

INPUTS = ["24"]
TRAINS = True
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    class AutoEncoder(keras.Model):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.squeeze = layers.Dense(16, activation="tanh", name="squeeze")
            self.code = layers.Dense(6, name="code")
            self.expand = layers.Dense(16, activation="tanh", name="expand")
            self.readings = layers.Dense(24, name="readings")

        def call(self, x):
            return self.readings(self.expand(self.code(self.squeeze(x))))

    model = AutoEncoder()
    model(keras.Input((24,)))
    return model, keras.optimizers.SGD(0.1, momentum=0.9, clipvalue=0.01), "mse"


def torch_model():
    import torch
    from torch import nn

    encoder = nn.Sequential(nn.Linear(24, 16), nn.Tanh(), nn.Linear(16, 6))
    decoder = nn.Sequential(nn.Linear(6, 16), nn.Tanh(), nn.Linear(16, 24))
    model = nn.Sequential(encoder, decoder)
    clip_value = 0.01
    for p in model.parameters():
        p.register_hook(lambda grad: torch.clamp(grad, -clip_value, clip_value))
    return model, torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9), nn.MSELoss()
