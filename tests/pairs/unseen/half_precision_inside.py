"""Somebody cast the hidden layer to half precision and back in forward, for an export that needed it."""

INPUTS = ("16",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["dtype-policy"],
            "keras": ["dense", "dense_1"],
            "torch": ["half", "float", "to", "type*", "_to*", "fc2", ""],
        }
    ],
}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [layers.Input((16,)), layers.Dense(12, activation="relu"), layers.Dense(8, activation="relu"), layers.Dense(3)]
    )


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1 = nn.Linear(16, 12)
            self.fc2 = nn.Linear(12, 8)
            self.fc3 = nn.Linear(8, 3)

        def forward(self, x):
            x = torch.relu(self.fc1(x))
            x = x.half().to(self.fc2.weight.dtype)
            return self.fc3(torch.relu(self.fc2(x)))

    return Net()
