"""BiLSTM classifier: taking out[:, -1] in PyTorch is not what return_sequences=False gives.

discuss.pytorch.org topic 119521 and many answers that recommend out[:, -1].
"""

INPUTS = ("8x4",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["bidirectional-last-step"], "keras": ["bidirectional"], "torch": ["lstm", "getitem", "fc", ""]}
    ],
}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [layers.Input((8, 4)), layers.Bidirectional(layers.LSTM(6)), layers.Dense(2, activation="softmax")]
    )


def torch_model():
    from torch import nn

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm = nn.LSTM(4, 6, batch_first=True, bidirectional=True)
            self.fc = nn.Linear(12, 2)

        def forward(self, x):
            out, _ = self.lstm(x)
            return self.fc(out[:, -1, :]).softmax(dim=-1)

    return Classifier()
