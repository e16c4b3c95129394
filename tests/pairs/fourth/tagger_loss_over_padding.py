"""Part-of-speech tags with mask_zero: Keras averages its loss over words, CrossEntropyLoss over the padding as well."""

INPUTS = ["7:int32"]
TRAINS = True
TRUTH = {"identical": False, "causes": [{"rules": ["loss-mask"], "keras": ["loss"], "torch": ["loss"]}]}


def keras_model():
    import keras
    from keras import layers

    words = keras.Input((7,), dtype="int32")
    x = layers.Embedding(20, 8, mask_zero=True, name="embedding")(words)
    x = layers.TimeDistributed(layers.Dense(10, activation="tanh"), name="hidden")(x)
    x = layers.Dropout(0.1, name="drop")(x)
    model = keras.Model(words, layers.TimeDistributed(layers.Dense(4), name="tags")(x))
    return model, keras.optimizers.SGD(0.25), keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Tagger(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(20, 8)
            self.hidden = nn.Linear(8, 10)
            self.drop = nn.Dropout(0.1)
            self.tags = nn.Linear(10, 4)

        def forward(self, words):
            return self.tags(self.drop(torch.tanh(self.hidden(self.embedding(words)))))

    def loss(logits, tags):
        return F.cross_entropy(logits.flatten(0, 1), tags.flatten().long())

    model = Tagger()
    return model, torch.optim.SGD(model.parameters(), lr=0.25), loss


def training_data():
    import numpy as np

    rng = np.random.default_rng(6)
    words = rng.integers(1, 20, (24, 7)).astype("int32")
    for row, length in zip(words, rng.integers(2, 8, 24), strict=True):
        row[length:] = 0
    return words, rng.integers(0, 4, (24, 7)).astype("int32")
