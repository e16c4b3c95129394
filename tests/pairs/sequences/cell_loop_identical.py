"""A loop over ``nn.GRUCell`` for a GRU that returns sequences."""

INPUTS = ("7x5",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    return keras.Sequential([keras.Input((7, 5)), layers.GRU(6, return_sequences=True), layers.Dense(2)])


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.cell = nn.GRUCell(5, 6)
            self.o = nn.Linear(6, 2)

        def forward(self, x):
            h = x.new_zeros(x.size(0), 6)
            out = []
            for t in range(x.size(1)):
                h = self.cell(x[:, t], h)
                out.append(h)
            return self.o(torch.stack(out, 1))

    return Net()
