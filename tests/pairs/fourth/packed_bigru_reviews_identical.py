"""Sentiment with mask_zero in Keras; in PyTorch I count the tokens, pack, and take the two final states of the GRU."""

INPUTS = ("11:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(name="reviews")
    model.add(keras.Input((11,), dtype="int32"))
    model.add(layers.Embedding(40, 8, mask_zero=True))
    model.add(layers.Bidirectional(layers.GRU(6)))
    model.add(layers.Dense(10, activation="relu"))
    model.add(layers.Dropout(0.5))
    model.add(layers.Dense(1, activation="sigmoid"))
    return model


def torch_model():
    import torch
    from torch import nn
    from torch.nn.utils.rnn import pack_padded_sequence

    class SentimentGRU(nn.Module):
        def __init__(self, vocab_size=40, embedding_dim=8, hidden_dim=6):
            super().__init__()
            self.embedding = nn.Embedding(vocab_size, embedding_dim)
            self.gru = nn.GRU(embedding_dim, hidden_dim, batch_first=True, bidirectional=True)
            self.fc1 = nn.Linear(2 * hidden_dim, 10)
            self.dropout = nn.Dropout(0.5)
            self.fc2 = nn.Linear(10, 1)

        def forward(self, text):
            lengths = (text != 0).sum(dim=1).clamp(min=1).cpu()
            packed = pack_padded_sequence(self.embedding(text), lengths, batch_first=True, enforce_sorted=False)
            _, hidden = self.gru(packed)
            hidden = torch.cat((hidden[-2], hidden[-1]), dim=1)
            return torch.sigmoid(self.fc2(self.dropout(torch.relu(self.fc1(hidden)))))

    return SentimentGRU()
