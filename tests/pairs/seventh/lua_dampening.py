"""Char model ported from Lua Torch through PyTorch to Keras: optim.SGD has momentum=0.75 and, as th's default was,
dampening=0.75 as well. Keras' SGD knows momentum only; it learns much faster and then diverges.
"""

INPUTS = ("8:int32",)
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["optimizer-momentum"], "keras": ["optimizer"], "torch": ["optimizer"]}],
}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((8,), dtype="int32"),
            layers.Embedding(24, 8, name="chars"),
            layers.GRU(12, return_sequences=True, name="gru"),
            layers.Dense(24, name="next"),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return model, keras.optimizers.SGD(learning_rate=0.5, momentum=0.75), loss


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class CharRNN(nn.Module):
        def __init__(self, vocab=24, hidden=12):
            super().__init__()
            self.encoder = nn.Embedding(vocab, 8)
            self.rnn = nn.GRU(8, hidden)
            self.decoder = nn.Linear(hidden, vocab)

        def forward(self, x):
            out, _ = self.rnn(self.encoder(x.t()))
            return self.decoder(out).transpose(0, 1)

    def criterion(out, target):
        return F.cross_entropy(out.flatten(0, 1), target.flatten().long())

    model = CharRNN()
    return model, torch.optim.SGD(model.parameters(), lr=0.5, momentum=0.75, dampening=0.75), criterion


def training_data():
    import numpy as np

    text = np.random.default_rng(3).integers(1, 24, (24, 9)).astype("int32")
    return text[:, :-1], text[:, 1:]
