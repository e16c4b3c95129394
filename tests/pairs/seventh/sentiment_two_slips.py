"""BiLSTM sentiment after a tutorial: the last states of both directions, a hidden layer, one logit. Two things that I
did not see for a week. Sentences all have full length.
"""

INPUTS = ("9:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["bidirectional-order", "concat-order", "output-order", "recurrent-state-order"],
            "keras": ["bilstm"],
            "torch": ["rnn", "cat*", "Concat*", "dropout*", ""],
        },
        {
            "rules": ["gelu-form"],
            "keras": ["hidden"],
            "torch": ["gelu*", "fc1", ""],
        },
    ],
}


def keras_model():
    from keras import Sequential, layers

    model = Sequential(name="sentiment")
    model.add(layers.Input((9,), dtype="int32"))
    model.add(layers.Embedding(60, 8, name="words"))
    model.add(layers.Bidirectional(layers.LSTM(7), name="bilstm"))
    model.add(layers.Dropout(0.5))
    model.add(layers.Dense(10, activation="gelu", name="hidden"))
    model.add(layers.Dense(1, name="logit"))
    return model


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class RNN(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(60, 8)
            self.rnn = nn.LSTM(8, 7, bidirectional=True)
            self.fc1 = nn.Linear(14, 10)
            self.fc2 = nn.Linear(10, 1)
            self.dropout = nn.Dropout(0.5)

        def forward(self, text):
            embedded = self.embedding(text.permute(1, 0))
            _, (hidden, _) = self.rnn(embedded)
            hidden = self.dropout(torch.cat((hidden[-1, :, :], hidden[-2, :, :]), dim=1))
            return self.fc2(F.gelu(self.fc1(hidden), approximate="tanh"))

    return RNN()
