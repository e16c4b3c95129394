"""Distributional agent for small grid games: dueling streams over atoms, a softmax per action, the expected value as Q.
A subclassed model in Keras whose streams are reshaped, unflatten and a registered support in PyTorch.
"""

INPUTS = ("10x10x4",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    class CategoricalAgent(keras.Model):
        def __init__(self, actions=3, atoms=21, v_min=-5.0, v_max=5.0):
            super().__init__()
            self.actions, self.atoms = actions, atoms
            self.support = np.linspace(v_min, v_max, atoms)
            self.conv = layers.Conv2D(8, 3, activation="relu", name="conv")
            self.to_channels_first = layers.Permute((3, 1, 2), name="turned")
            self.flat = layers.Flatten(name="flat")
            self.hidden_v = layers.Dense(20, activation="relu", name="value_hidden")
            self.hidden_a = layers.Dense(20, activation="relu", name="advantage_hidden")
            self.value = layers.Dense(atoms, name="value")
            self.advantage = layers.Dense(actions * atoms, name="advantage")

        def call(self, frames):
            x = self.flat(self.to_channels_first(self.conv(frames)))
            v = ops.reshape(self.value(self.hidden_v(x)), (-1, 1, self.atoms))
            a = ops.reshape(self.advantage(self.hidden_a(x)), (-1, self.actions, self.atoms))
            p = ops.softmax(v + a - ops.mean(a, axis=1, keepdims=True), axis=-1)
            return ops.sum(p * ops.convert_to_tensor(self.support, dtype=p.dtype), axis=-1)

    return CategoricalAgent()


def torch_model():
    import torch
    from torch import nn

    class C51(nn.Module):
        def __init__(self, in_channels=4, n_actions=3, n_atoms=21):
            super().__init__()
            self.register_buffer("atoms", torch.linspace(-5.0, 5.0, steps=n_atoms))
            self.trunk = nn.Sequential(nn.Conv2d(in_channels, 8, 3), nn.ReLU(), nn.Flatten())
            self.adv = nn.Sequential(
                nn.Linear(8 * 8 * 8, 20),
                nn.ReLU(),
                nn.Linear(20, n_actions * n_atoms),
                nn.Unflatten(1, (n_actions, n_atoms)),
            )
            self.val = nn.Sequential(nn.Linear(8 * 8 * 8, 20), nn.ReLU(), nn.Linear(20, n_atoms))

        def forward(self, x):
            x = self.trunk(x)
            adv, val = self.adv(x), self.val(x)
            adv = adv - adv.mean(dim=1, keepdim=True)
            pmf = torch.softmax(adv + val.unsqueeze(1), dim=2)
            return pmf @ self.atoms

    return C51()
