"""One dense layer was left in bfloat16 when I turned mixed precision off."""

INPUTS = ("12",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["dtype-policy"], "keras": ["dense_1"], "torch": ["fc2"]}],
}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((12,)),
            layers.Dense(16, activation="tanh"),
            layers.Dense(16, activation="tanh", dtype="mixed_bfloat16"),
            layers.Dense(3),
        ]
    )


def torch_model():
    import torch
    from torch import nn

    class MLP(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1 = nn.Linear(12, 16)
            self.fc2 = nn.Linear(16, 16)
            self.fc3 = nn.Linear(16, 3)

        def forward(self, x):
            x = torch.tanh(self.fc1(x))
            x = torch.tanh(self.fc2(x))
            return self.fc3(x)

    return MLP()
