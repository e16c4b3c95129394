"""Mixture of experts: the port normalises the gate over the batch (softmax(dim=0))."""

INPUTS = ("10",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["softmax-axis"], "keras": ["gate"], "torch": ["softmax", "gate", ""]}],
}


def keras_model():
    import keras
    from keras import layers, ops

    inputs = keras.Input((10,))
    gate = layers.Dense(3, activation="softmax", name="gate")(inputs)
    experts = [layers.Dense(6, activation="relu", name=f"expert_{i}")(inputs) for i in range(3)]
    x = ops.stack(experts, axis=1)
    x = ops.einsum("bn,bnd->bd", gate, x)
    return keras.Model(inputs, layers.Dense(2, name="out")(x))


def torch_model():
    import torch
    from torch import nn

    class MoE(nn.Module):
        def __init__(self):
            super().__init__()
            self.gate = nn.Linear(10, 3)
            self.experts = nn.ModuleList(nn.Linear(10, 6) for _ in range(3))
            self.out = nn.Linear(6, 2)

        def forward(self, x):
            g = torch.softmax(self.gate(x), dim=0)
            y = torch.stack([torch.relu(e(x)) for e in self.experts], dim=1)
            return self.out((g.unsqueeze(-1) * y).sum(dim=1))

    return MoE()
