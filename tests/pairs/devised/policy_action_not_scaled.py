"""The actions of my policy reach from -2 to 2 in Keras and from -1 to 1 in the port."""

INPUTS = ("6",)
TRUTH = {"identical": False, "causes": [{"rules": ["scale-other"], "keras": ["*"], "torch": ["*"]}]}


def keras_model():
    import keras
    from keras import layers, ops

    x = keras.Input((6,), name="x")
    h = layers.Dense(16, activation="relu", name="f1")(x)
    h = layers.Dense(16, activation="relu", name="f2")(h)
    mu = layers.Dense(2, name="mu")(h)
    ls = ops.clip(layers.Dense(2, name="ls")(h), -5.0, 2.0)
    a = ops.tanh(mu) * 2.0
    return keras.Model(x, {"action": a, "std": ops.exp(ls)})


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.f1, self.f2, self.mu, self.ls = nn.Linear(6, 16), nn.Linear(16, 16), nn.Linear(16, 2), nn.Linear(16, 2)

        def forward(self, x):
            h = F.relu(self.f2(F.relu(self.f1(x))))
            ls = torch.clamp(self.ls(h), min=-5, max=2)
            return {"action": torch.tanh(self.mu(h)), "std": ls.exp()}

    return Net()
