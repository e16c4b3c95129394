"""Intent of a spoken command from its words with a bidirectional LSTM; the classifier gets what the LSTM knows at the
end of the sentence.
"""

INPUTS = ("11:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["bidirectional-last-step", "recurrent-last-step"],
            "keras": ["bilstm", "bilstm/*", "hidden"],
            "torch": ["lstm", "getitem*", "fc.0", "fc", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((11,), dtype="int32"),
            layers.Embedding(60, 16, name="words"),
            layers.Bidirectional(layers.LSTM(14), name="bilstm"),
            layers.Dense(20, activation="relu", name="hidden"),
            layers.Dropout(0.3, name="dropout"),
            layers.Dense(8, name="intent"),
        ]
    )


def torch_model():
    from torch import nn

    class IntentLSTM(nn.Module):
        def __init__(self, vocab=60, emb=16, hidden=14, classes=8):
            super().__init__()
            self.embedding = nn.Embedding(vocab, emb)
            self.lstm = nn.LSTM(emb, hidden, batch_first=True, bidirectional=True)
            self.fc = nn.Sequential(nn.Linear(2 * hidden, 20), nn.ReLU(), nn.Dropout(0.3), nn.Linear(20, classes))

        def forward(self, tokens):
            out, _ = self.lstm(self.embedding(tokens))
            return self.fc(out[:, -1, :])

    return IntentLSTM()
