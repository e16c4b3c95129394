"""Bag-of-ngrams topic classifier whose rate falls in a straight line to nothing, as in the well-known C++ program;
Keras has a schedule for it, PyTorch got a lambda. The rates are nearly but not quite alike.
"""

INPUTS = ("9:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["polynomial-end", "schedule-other"],
            "keras": ["learning rate"],
            "torch": ["learning rate"],
        }
    ],
}
TRAINS = True


def training_data():
    import numpy as np

    random = np.random.default_rng(21)
    return random.integers(0, 50, (40, 9)).astype("int32"), random.integers(0, 4, (40,)).astype("int64")


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((9,), dtype="int32"),
            layers.Embedding(50, 12, name="ngrams"),
            layers.GlobalAveragePooling1D(name="bag"),
            layers.Dense(4, name="topics"),
        ]
    )
    rate = keras.optimizers.schedules.PolynomialDecay(initial_learning_rate=0.1, decay_steps=60)
    optimizer = keras.optimizers.SGD(rate)
    return model, optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def torch_model():
    import torch
    from torch import nn

    class FastText(nn.Module):
        def __init__(self, vocab=50, dim=12, topics=4):
            super().__init__()
            self.embedding = nn.Embedding(vocab, dim)
            self.fc = nn.Linear(dim, topics)

        def forward(self, tokens):
            return self.fc(self.embedding(tokens).mean(dim=1))

    model = FastText()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(0.0, 1 - step / 60))
    return model, optimizer, nn.CrossEntropyLoss(), scheduler
