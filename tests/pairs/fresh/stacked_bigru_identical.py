"""Is nn.GRU(num_layers=2, bidirectional=True) the same as two stacked Bidirectional(GRU) in Keras? (forum question)"""

INPUTS = ("9:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    words = keras.Input((9,), dtype="int32", name="words")
    x = layers.Embedding(30, 8, name="embedding")(words)
    x = layers.SpatialDropout1D(0.2, name="drop")(x)
    x = layers.Bidirectional(layers.GRU(6, return_sequences=True), name="first")(x)
    x = layers.Bidirectional(
        layers.GRU(6, return_sequences=True, return_state=True), merge_mode="concat", name="second"
    )(x)
    sequence, forward, backward = x
    top = layers.GlobalMaxPooling1D(name="top")(sequence)
    mean = layers.GlobalAveragePooling1D(name="mean")(sequence)
    x = layers.concatenate([forward, backward, mean, top], name="features")
    x = layers.Dense(10, activation="relu", name="hidden")(x)
    return keras.Model(words, layers.Dense(4, name="scores")(x))


def torch_model():
    import torch
    from torch import nn

    class BiGRU(nn.Module):
        def __init__(self):
            super().__init__()
            self.emb = nn.Embedding(30, 8)
            self.drop = nn.Dropout1d(0.2)
            self.gru = nn.GRU(8, 6, num_layers=2, bidirectional=True)
            self.mlp = nn.ModuleDict({"lin1": nn.Linear(36, 10), "lin2": nn.Linear(10, 4)})

        def forward(self, tokens):
            x = self.drop(self.emb(tokens).transpose(1, 2)).permute(2, 0, 1)  # time, batch, features
            out, h = self.gru(x)
            h = h.view(2, 2, tokens.shape[0], 6)[-1]  # layers, directions
            pooled = torch.hstack([h.transpose(0, 1).flatten(1), out.mean(0), out.max(0).values])
            return self.mlp["lin2"](torch.relu(self.mlp["lin1"](pooled)))

    return BiGRU()
