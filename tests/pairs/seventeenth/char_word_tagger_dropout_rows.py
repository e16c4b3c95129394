"""Named entity tagger from words and their letters: letter convolutions, word vectors and a bidirectional LSTM. The
SpatialDropout1D in front of the LSTM became nn.Dropout1d, and training in PyTorch is much harder.
"""

INPUTS = ("9:int32", "9x7:int32")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["dropout-channels"],
            "keras": ["drop"],
            "torch": ["feature_drop"],
            "visible": False,
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    words = keras.Input((9,), dtype="int32", name="words")
    letters = keras.Input((9, 7), dtype="int32", name="letters")
    c = layers.Embedding(40, 6, name="letter_vectors")(letters)
    c = layers.TimeDistributed(layers.Conv1D(10, 3, padding="same", activation="tanh"), name="letter_conv")(c)
    c = layers.TimeDistributed(layers.GlobalMaxPooling1D(), name="letter_max")(c)
    w = layers.Embedding(90, 14, name="word_vectors")(words)
    x = layers.Concatenate(name="features")([w, c])
    x = layers.SpatialDropout1D(0.3, name="drop")(x)
    x = layers.Bidirectional(layers.LSTM(12, return_sequences=True), name="lstm")(x)
    x = layers.TimeDistributed(layers.Dense(12, activation="tanh"), name="hidden")(x)
    return keras.Model([words, letters], layers.Dense(5, name="tags")(x))


def torch_model():
    import torch
    from torch import nn

    class Tagger(nn.Module):
        def __init__(self):
            super().__init__()
            self.char_emb = nn.Embedding(40, 6)
            self.word_emb = nn.Embedding(90, 14)
            self.char_cnn = nn.Conv1d(6, 10, 3, padding=1)
            self.feature_drop = nn.Dropout1d(0.3)
            self.lstm = nn.LSTM(24, 12, batch_first=True, bidirectional=True)
            self.hidden = nn.Linear(24, 12)
            self.tags = nn.Linear(12, 5)

        def forward(self, words, chars):
            b, t, k = chars.shape
            c = self.char_emb(chars).view(b * t, k, -1).permute(0, 2, 1)
            c = torch.tanh(self.char_cnn(c)).max(dim=-1)[0].view(b, t, -1)
            x = self.feature_drop(torch.cat((self.word_emb(words), c), dim=-1))
            x, _ = self.lstm(x)
            return self.tags(torch.tanh(self.hidden(x)))

    return Tagger()
