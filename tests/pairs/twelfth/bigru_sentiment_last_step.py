"""Sentiment of short messages with a bidirectional GRU, the recipe being one and the same: the PyTorch side reads its
last step.
"""

INPUTS = ["12:int32"]
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["bidirectional-last-step", "recurrent-last-step"],
            "keras": ["reader", "reader/*"],
            "torch": ["gru", "getitem*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((12,), dtype="int32"),
            layers.Embedding(50, 12, name="words"),
            layers.Bidirectional(layers.GRU(10, name="gru"), name="reader"),
            layers.Dense(8, activation="relu", name="summary"),
            layers.Dense(1, name="positive"),
        ]
    )
    optimizer = keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True)
    return model, optimizer, keras.losses.BinaryCrossentropy(from_logits=True)


def torch_model():
    import torch
    from torch import nn

    class Sentiment(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(50, 12)
            self.gru = nn.GRU(12, 10, batch_first=True, bidirectional=True)
            self.fc1 = nn.Linear(20, 8)
            self.fc2 = nn.Linear(8, 1)

        def forward(self, text):
            out, _ = self.gru(self.embedding(text))
            return self.fc2(torch.relu(self.fc1(out[:, -1, :])))

    model = Sentiment()
    return model, torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, nesterov=True), nn.BCEWithLogitsLoss()
