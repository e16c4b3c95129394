"""Stacked recurrences loaded from one flat list (model.get_weights()), taken off the front one after the other.

SimpleRNN with a zero second bias, then a bidirectional GRU whose gates are put into PyTorch's order.
"""

INPUTS = ("8:int32",)
OWN_WEIGHTS = True
TRUTH = {"identical": True}


def saved():
    """What pickle.load gave me: embedding, SimpleRNN, GRU forward, GRU backward, Dense."""
    import numpy as np

    rng = np.random.default_rng(71)
    gru = [(9, 21), (7, 21), (2, 21)]
    shapes = [(30, 9), (9, 9), (9, 9), (9,), *gru, *gru, (14, 4), (4,)]
    return [rng.normal(scale=0.4, size=shape).astype("float32") for shape in shapes]


def keras_model():
    from keras import Sequential
    from keras.layers import GRU, Bidirectional, Dense, Embedding, Input, SimpleRNN

    model = Sequential(
        [
            Input((8,), dtype="int32"),
            Embedding(30, 9),
            SimpleRNN(9, return_sequences=True),
            Bidirectional(GRU(7)),
            Dense(4, activation="softmax"),
        ]
    )
    model.set_weights(saved())
    return model


def torch_model():
    import torch
    from torch import nn

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(30, 9)
            self.rnn = nn.RNN(9, 9, batch_first=True)
            self.gru = nn.GRU(9, 7, batch_first=True, bidirectional=True)
            self.out = nn.Linear(14, 4)

        def forward(self, x):
            x, _ = self.rnn(self.embedding(x))
            _, h = self.gru(x)
            return self.out(torch.cat(tuple(h), dim=1)).softmax(dim=1)

    def swap(array):
        z, r, h = torch.tensor(array).chunk(3, dim=-1)
        return torch.cat((r, z, h), dim=-1)

    model, weights = Classifier(), saved()
    with torch.no_grad():
        model.embedding.weight.copy_(torch.tensor(weights.pop(0)))
        model.rnn.weight_ih_l0.copy_(torch.tensor(weights.pop(0)).T)
        model.rnn.weight_hh_l0.copy_(torch.tensor(weights.pop(0)).T)
        model.rnn.bias_ih_l0.copy_(torch.tensor(weights.pop(0)))
        model.rnn.bias_hh_l0.zero_()
        for suffix in ("l0", "l0_reverse"):
            getattr(model.gru, f"weight_ih_{suffix}").copy_(swap(weights.pop(0)).T)
            getattr(model.gru, f"weight_hh_{suffix}").copy_(swap(weights.pop(0)).T)
            b_ih, b_hh = swap(weights.pop(0))
            getattr(model.gru, f"bias_ih_{suffix}").copy_(b_ih)
            getattr(model.gru, f"bias_hh_{suffix}").copy_(b_hh)
        model.out.weight.copy_(torch.tensor(weights.pop(0)).T)
        model.out.bias.copy_(torch.tensor(weights.pop(0)))
    assert not weights
    return model
