"""Deep sets: the elements are averaged in Keras and summed in PyTorch; both are called pooling."""

INPUTS = ("9x4",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["pool-other", "scale-other"],
            "keras": ["global_average_pooling1d"],
            "torch": ["sum", ""],
        }
    ],
}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((9, 4)),
            layers.TimeDistributed(layers.Dense(8, activation="relu")),
            layers.TimeDistributed(layers.Dense(8, activation="relu")),
            layers.GlobalAveragePooling1D(),
            layers.Dense(6, activation="relu"),
            layers.Dense(2),
        ]
    )


def torch_model():
    from torch import nn

    class DeepSets(nn.Module):
        def __init__(self):
            super().__init__()
            self.phi = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 8), nn.ReLU())
            self.rho = nn.Sequential(nn.Linear(8, 6), nn.ReLU(), nn.Linear(6, 2))

        def forward(self, x):
            return self.rho(self.phi(x).sum(dim=1))

    return DeepSets()
