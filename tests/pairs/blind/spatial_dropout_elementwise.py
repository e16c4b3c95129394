"""Toxic comments kernel: SpatialDropout1D drops whole embedding channels, the port drops single numbers."""

INPUTS = ("12:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["dropout-channels"], "keras": ["spatial_dropout"], "torch": ["embedding_dropout"], "visible": False}
    ],
}


def keras_model():
    import keras
    from keras import layers

    words = keras.Input((12,), dtype="int32", name="words")
    x = layers.Embedding(50, 10, name="embedding")(words)
    x = layers.SpatialDropout1D(0.3, name="spatial_dropout")(x)
    x = layers.Bidirectional(layers.LSTM(6, return_sequences=True), name="lstm1")(x)
    x = layers.Bidirectional(layers.GRU(5, return_sequences=True), name="gru2")(x)
    hidden = layers.Concatenate(name="pools")(
        [layers.GlobalMaxPooling1D(name="max_pool")(x), layers.GlobalAveragePooling1D(name="avg_pool")(x)]
    )
    hidden = layers.Add(name="residual")([hidden, layers.Dense(20, activation="relu", name="dense")(hidden)])
    result = layers.Dense(1, activation="sigmoid", name="target")(hidden)
    aux = layers.Dense(5, activation="sigmoid", name="aux")(hidden)
    return keras.Model(words, [result, aux])


def torch_model():
    import torch
    from torch import nn

    class ToxicNet(nn.Module):
        def __init__(self, vocab=50, dim=10):
            super().__init__()
            self.embedding = nn.Embedding(vocab, dim)
            self.embedding_dropout = nn.Dropout(0.3)
            self.lstm1 = nn.LSTM(dim, 6, bidirectional=True, batch_first=True)
            self.gru2 = nn.GRU(12, 5, bidirectional=True, batch_first=True)
            self.linear1 = nn.Linear(20, 20)
            self.linear_out = nn.Linear(20, 1)
            self.linear_aux_out = nn.Linear(20, 5)

        def forward(self, x):
            h = self.embedding_dropout(self.embedding(x))
            h, _ = self.lstm1(h)
            h, _ = self.gru2(h)
            max_pool, _ = torch.max(h, 1)
            h_conc = torch.cat((max_pool, torch.mean(h, 1)), 1)
            hidden = h_conc + torch.relu(self.linear1(h_conc))
            return self.linear_out(hidden).sigmoid(), self.linear_aux_out(hidden).sigmoid()

    return ToxicNet()
