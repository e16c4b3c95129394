"""The right way to classify with a BiLSTM in PyTorch: the last state of each direction."""

INPUTS = ("8x4",)
TRUTH = {"identical": True}


def keras_model():
    from keras import Sequential, layers

    return Sequential([layers.Input((8, 4)), layers.Bidirectional(layers.LSTM(6)), layers.Dense(2)])


def torch_model():
    import torch
    from torch import nn

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm = nn.LSTM(4, 6, batch_first=True, bidirectional=True)
            self.fc = nn.Linear(12, 2)

        def forward(self, x):
            _, (h, _) = self.lstm(x)
            return self.fc(torch.cat((h[-2], h[-1]), dim=1))

    return Classifier()
