"""Word tags for padded sentences: mask_zero keeps the padding out of the Keras loss, the PyTorch loss counts the tag 0
of every padded place.
"""

INPUTS = ["10:int32"]
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["loss-mask"],
            "keras": ["loss"],
            "torch": ["loss"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((10,), dtype="int32"),
            layers.Embedding(40, 16, mask_zero=True, name="words"),
            layers.LayerNormalization(epsilon=1e-5, name="norm"),
            layers.Dense(32, activation="relu", name="hidden"),
            layers.Dense(6, name="tags"),
        ]
    )
    return model, keras.optimizers.SGD(0.2), keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def torch_model():
    import torch
    from torch import nn

    class Tagger(nn.Module):
        def __init__(self, vocab=40, dim=16, tags=6):
            super().__init__()
            self.emb = nn.Embedding(vocab, dim)
            self.ln = nn.LayerNorm(dim)
            self.mlp = nn.Sequential(nn.Linear(dim, 32), nn.ReLU(), nn.Linear(32, tags))

        def forward(self, x):
            return self.mlp(self.ln(self.emb(x)))

    class TagLoss(nn.Module):
        def __init__(self):
            super().__init__()
            self.ce = nn.CrossEntropyLoss()

        def forward(self, scores, tags):
            return self.ce(scores.flatten(0, 1), tags.flatten())

    model = Tagger()
    return model, torch.optim.SGD(model.parameters(), lr=0.2), TagLoss()


def training_data():
    import numpy as np

    numbers = np.random.default_rng(4)
    words = numbers.integers(1, 40, size=(24, 10)).astype("int32")
    words[np.arange(10) >= numbers.integers(4, 11, size=(24, 1))] = 0
    return words, np.where(words > 0, 1 + words % 5, 0).astype("int64")
