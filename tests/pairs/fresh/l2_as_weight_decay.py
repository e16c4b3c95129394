"""I replaced kernel_regularizer=l2(0.01) by weight_decay=0.01 on the weights; the PyTorch model regularises less."""

INPUTS = ["6"]
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["l2-half"],
            "keras": ["optimizer", "loss"],
            "torch": ["optimizer", "loss"],
        }
    ],
}


def keras_model():
    from keras import Sequential, layers, losses, optimizers, regularizers

    model = Sequential()
    model.add(layers.Input((6,)))
    model.add(layers.Dense(10, activation="tanh", kernel_regularizer=regularizers.l2(0.01), name="hidden"))
    model.add(layers.Dense(4, kernel_regularizer=regularizers.l2(0.01), name="logits"))
    return model, optimizers.SGD(0.1), losses.SparseCategoricalCrossentropy(from_logits=True)


def torch_model():
    import torch
    from torch import nn

    class MLP(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1, self.fc2 = nn.Linear(6, 10), nn.Linear(10, 4)

        def forward(self, x):
            return self.fc2(torch.tanh(self.fc1(x)))

    model = MLP()
    decay = [p for n, p in model.named_parameters() if n.endswith("weight")]
    no_decay = [p for n, p in model.named_parameters() if n.endswith("bias")]
    groups = [{"params": decay, "weight_decay": 0.01}, {"params": no_decay, "weight_decay": 0.0}]
    return model, torch.optim.SGD(groups, lr=0.1), nn.CrossEntropyLoss()
