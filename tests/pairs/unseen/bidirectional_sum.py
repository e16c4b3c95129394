"""merge_mode="ave" in Keras; the two halves are added in PyTorch, without dividing by two."""

INPUTS = ("12x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["scale-other"],
            "keras": ["bidirectional"],
            "torch": ["add", "lstm", "rnn", "getitem*", "fc"],
        }
    ],
}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((12, 3)),
            layers.Bidirectional(layers.LSTM(6, return_sequences=True), merge_mode="ave", name="bidirectional"),
            layers.TimeDistributed(layers.Dense(4, activation="softmax")),
        ]
    )


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class Tagger(nn.Module):
        def __init__(self, hidden=6):
            super().__init__()
            self.hidden = hidden
            self.rnn = nn.LSTM(3, hidden, bidirectional=True, batch_first=True)
            self.fc = nn.Linear(hidden, 4)

        def forward(self, x):
            out, _ = self.rnn(x)
            out = out[:, :, : self.hidden] + out[:, :, self.hidden :]
            return F.softmax(self.fc(out), dim=-1)

    return Tagger()
