"""Huber(delta=0.5) in Keras and SmoothL1Loss(beta=0.5) in PyTorch: isn't that the same loss? Mine is twice as large."""

INPUTS = ["5"]
TRAINS = True
TRUTH = {"identical": False, "causes": [{"rules": ["loss-huber"], "keras": ["loss"], "torch": ["loss"]}]}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((5,))
    x = layers.Dense(12, activation="silu")(inputs)
    x = layers.LayerNormalization(epsilon=1e-5)(x)
    model = keras.Model(inputs, layers.Dense(3)(x))
    return model, keras.optimizers.SGD(learning_rate=0.05), keras.losses.Huber(delta=0.5)


def torch_model():
    import torch
    from torch import nn

    class Regressor(nn.Module):
        def __init__(self):
            super().__init__()
            self.hidden, self.norm, self.out = nn.Linear(5, 12), nn.LayerNorm(12), nn.Linear(12, 3)

        def forward(self, x):
            return self.out(self.norm(nn.functional.silu(self.hidden(x))))

    model = Regressor()
    return model, torch.optim.SGD(model.parameters(), lr=0.05), nn.SmoothL1Loss(beta=0.5)
