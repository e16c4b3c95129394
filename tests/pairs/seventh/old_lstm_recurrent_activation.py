"""Remaining useful life (CMAPSS) with a Keras 2 script: it says recurrent_activation="hard_sigmoid" and I kept the line
in Keras 3. nn.LSTM cannot be told such a thing.
"""

INPUTS = ("15x6",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["activation-other", "hard-sigmoid-form"],
            "keras": ["lstm_1"],
            "torch": ["rnn1"],
        },
        {
            "rules": ["activation-other", "hard-sigmoid-form"],
            "keras": ["lstm_2"],
            "torch": ["rnn2"],
        },
    ],
}


def keras_model():
    from keras.layers import LSTM, Activation, Dense, Dropout, Input
    from keras.models import Sequential

    model = Sequential()
    model.add(Input(shape=(15, 6)))
    model.add(LSTM(12, return_sequences=True, recurrent_activation="hard_sigmoid", name="lstm_1"))
    model.add(Dropout(0.2))
    model.add(LSTM(8, return_sequences=False, recurrent_activation="hard_sigmoid", name="lstm_2"))
    model.add(Dropout(0.2))
    model.add(Dense(1, name="rul"))
    model.add(Activation("linear"))
    return model


def torch_model():
    from torch import nn

    class RUL(nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn1 = nn.LSTM(6, 12, batch_first=True)
            self.rnn2 = nn.LSTM(12, 8, batch_first=True)
            self.drop = nn.Dropout(p=0.2)
            self.fc = nn.Linear(8, 1)

        def forward(self, x):
            x, _ = self.rnn1(x)
            _, (h, _) = self.rnn2(self.drop(x))
            return self.fc(self.drop(h.squeeze(0)))

    return RUL()
