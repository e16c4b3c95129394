"""House prices: the L2 regulariser of all kernels became a weight_decay of the same number on the weights only."""

INPUTS = ["13"]
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["l2-half", "loss-penalty"],
            "keras": ["optimizer", "loss", "hidden_*", "price"],
            "torch": ["optimizer", "loss", "net", "net.*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, regularizers

    def dense(units, name, activation=None):
        return layers.Dense(units, activation=activation, kernel_regularizer=regularizers.l2(1e-2), name=name)

    model = keras.Sequential(
        [
            keras.Input((13,)),
            dense(32, "hidden_1", "elu"),
            dense(16, "hidden_2", "elu"),
            dense(1, "price"),
        ]
    )
    return model, keras.optimizers.SGD(learning_rate=0.01, momentum=0.9), "mean_absolute_error"


def torch_model():
    import torch
    from torch import nn

    class Prices(nn.Module):
        def __init__(self, sizes=(13, 32, 16, 1)):
            super().__init__()
            blocks = []
            for i in range(len(sizes) - 2):
                blocks += [nn.Linear(sizes[i], sizes[i + 1]), nn.ELU()]
            self.net = nn.Sequential(*blocks, nn.Linear(*sizes[-2:]))

        def forward(self, x):
            return self.net(x)

    model = Prices()
    named = list(model.named_parameters())
    groups = [
        {"params": [p for n, p in named if n.endswith("weight")], "weight_decay": 1e-2},
        {"params": [p for n, p in named if n.endswith("bias")]},
    ]
    return model, torch.optim.SGD(groups, lr=0.01, momentum=0.9), nn.L1Loss()
