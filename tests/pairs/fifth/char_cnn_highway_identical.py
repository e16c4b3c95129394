"""Character-aware word model (Kim et al.): narrow convolutions over letters, two highway layers, an LSTM over words.

In Keras gate and transform are two Dense layers, my PyTorch highway (after AllenNLP) has one Linear for both.
"""

INPUTS = ("6x9:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    letters = keras.Input((6, 9), dtype="int32", name="letters")
    x = layers.Embedding(30, 7, name="char_embedding")(letters)
    pooled = []
    for width, filters in ((1, 4), (2, 6), (3, 10)):
        y = layers.TimeDistributed(layers.Conv1D(filters, width, activation="tanh"), name=f"conv_{width}")(x)
        pooled.append(layers.TimeDistributed(layers.GlobalMaxPooling1D(), name=f"pool_{width}")(y))
    x = layers.Concatenate(name="word")(pooled)
    for depth in range(2):
        gate = layers.Dense(
            20, activation="sigmoid", bias_initializer=keras.initializers.Constant(-2.0), name=f"highway_{depth}_t"
        )(x)
        value = layers.Dense(20, activation="relu", name=f"highway_{depth}_h")(x)
        carried = layers.Lambda(lambda pair: (1.0 - pair[0]) * pair[1], name=f"highway_{depth}_carry")([gate, x])
        x = ops.multiply(gate, value) + carried
    x = layers.LSTM(12, return_sequences=True, name="lstm")(x)
    return keras.Model(letters, layers.Dense(25, name="vocabulary")(layers.Dropout(0.5)(x)))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Highway(nn.Module):
        def __init__(self, size, num_layers):
            super().__init__()
            self.layers = nn.ModuleList(nn.Linear(size, 2 * size) for _ in range(num_layers))

        def forward(self, x):
            for layer in self.layers:
                nonlinear, gate = layer(x).chunk(2, dim=-1)
                x = torch.lerp(x, F.relu(nonlinear), torch.sigmoid(gate))
            return x

    class CharLM(nn.Module):
        def __init__(self):
            super().__init__()
            self.char_emb = nn.Embedding(30, 7)
            self.convs = nn.ModuleList(nn.Conv1d(7, n, w) for w, n in ((1, 4), (2, 6), (3, 10)))
            self.highway = Highway(20, 2)
            self.lstm = nn.LSTM(20, 12, batch_first=True)
            self.drop = nn.Dropout(0.5)
            self.linear = nn.Linear(12, 25)

        def forward(self, chars):
            x = self.char_emb(chars).flatten(0, 1).transpose(1, 2)
            x = torch.cat([torch.tanh(conv(x)).max(dim=2).values for conv in self.convs], dim=1)
            x = self.highway(x).unflatten(0, chars.shape[:2])
            return self.linear(self.drop(self.lstm(x)[0]))

    return CharLM()
