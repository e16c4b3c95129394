"""Topics of short messages with a bidirectional LSTM: Keras returns the last state of either direction, the PyTorch
port takes the outputs and keeps the last step.
"""

INPUTS = ("9:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["bidirectional-last-step", "recurrent-last-step"],
            "keras": ["bilstm", "bilstm/*", "hidden"],
            "torch": ["rnn", "rnn.*", "getitem*", "select*", "fc.0", "fc", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((9,), dtype="int32"),
            layers.Embedding(40, 8, name="tokens"),
            layers.Bidirectional(layers.LSTM(7), name="bilstm"),
            layers.Dense(10, activation="relu", name="hidden"),
            layers.Dense(5, activation="softmax", name="topics"),
        ]
    )


def torch_model():
    from torch import nn

    class TopicNet(nn.Module):
        def __init__(self, vocab=40, emb=8, hid=7, classes=5):
            super().__init__()
            self.emb = nn.Embedding(vocab, emb)
            self.rnn = nn.LSTM(emb, hid, batch_first=True, bidirectional=True)
            self.fc = nn.Sequential(nn.Linear(2 * hid, 10), nn.ReLU(), nn.Linear(10, classes), nn.Softmax(dim=-1))

        def forward(self, x):
            out, _ = self.rnn(self.emb(x))
            return self.fc(out[:, -1])

    return TopicNet()
