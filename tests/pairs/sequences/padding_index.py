"""Outputs agree, but after training the row of the padding token moved in Keras only."""

INPUTS = ("7:int32",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["embedding-padding-row"], "keras": ["embedding"], "torch": ["emb"], "visible": False}],
}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((7,), dtype="int32"),
            layers.Embedding(10, 6),
            layers.GlobalAveragePooling1D(),
            layers.Dense(2),
        ]
    )


def torch_model():
    from torch import nn

    class Bag(nn.Module):
        def __init__(self):
            super().__init__()
            self.emb = nn.Embedding(10, 6, padding_idx=0)
            self.fc = nn.Linear(6, 2)

        def forward(self, ids):
            return self.fc(self.emb(ids).mean(dim=1))

    return Bag()
