"""Sentences of words of characters: a convolution over the letters of every word, then two bidirectional LSTMs; does
taking the two last hidden states in PyTorch really give what the second layer without sequences gives in Keras?
"""

INPUTS = ("8x6:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    letters = keras.Input((8, 6), dtype="int32", name="letters")
    x = layers.Embedding(30, 8, name="letter_table")(letters)
    x = layers.TimeDistributed(layers.Conv1D(10, 3, padding="same", activation="relu"), name="spelling")(x)
    x = layers.TimeDistributed(layers.GlobalMaxPooling1D(), name="word")(x)
    x = layers.Bidirectional(layers.LSTM(9, return_sequences=True), name="context_1")(x)
    x = layers.Bidirectional(layers.LSTM(9), name="context_2")(x)
    x = layers.Dropout(0.25)(x)
    return keras.Model(letters, layers.Dense(4, activation="softmax", name="intent")(x))


def torch_model():
    import torch
    from torch import nn

    class WordEncoder(nn.Module):
        def __init__(self, n_chars, dim, filters):
            super().__init__()
            self.char_emb = nn.Embedding(n_chars, dim)
            self.conv = nn.Conv1d(dim, filters, 3, padding=1)

        def forward(self, chars):
            n, words, length = chars.shape
            x = self.char_emb(chars.reshape(n * words, length))
            x = torch.relu(self.conv(x.transpose(1, 2)))
            return x.amax(dim=-1).reshape(n, words, -1)

    class Intent(nn.Module):
        def __init__(self):
            super().__init__()
            self.words = WordEncoder(30, 8, 10)
            self.lstm = nn.LSTM(10, 9, num_layers=2, bidirectional=True, batch_first=True)
            self.classifier = nn.Sequential(nn.Dropout(0.25), nn.Linear(18, 4), nn.Softmax(dim=1))

        def forward(self, chars):
            _, (h_n, _) = self.lstm(self.words(chars))
            return self.classifier(torch.cat([h_n[-2], h_n[-1]], dim=1))

    return Intent()
