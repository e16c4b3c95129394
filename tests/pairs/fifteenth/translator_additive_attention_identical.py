"""Translator with additive attention: a bidirectional GRU reads the sentence, its two last states start the decoder,
and the score is v tanh(W q + U k). In Keras v is the scale of the attention layer, in PyTorch a projection to one
number.
"""

INPUTS = ("9:int32", "7:int32")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    source = keras.Input((9,), dtype="int32", name="source")
    target = keras.Input((7,), dtype="int32", name="target")
    x = layers.Embedding(40, 12, name="source_words")(source)
    memory, forward, backward = layers.Bidirectional(
        layers.GRU(10, return_sequences=True, return_state=True), name="encoder"
    )(x)
    start = layers.Dense(16, activation="tanh", name="bridge")(layers.Concatenate()([forward, backward]))
    y = layers.Embedding(44, 12, name="target_words")(target)
    y = layers.GRU(16, return_sequences=True, name="decoder")(y, initial_state=start)
    query = layers.Dense(14, use_bias=False, name="query")(y)
    key = layers.Dense(14, use_bias=False, name="key")(memory)
    context = layers.AdditiveAttention(name="attention")([query, memory, key])
    y = layers.Concatenate(name="with_context")([y, context])
    y = layers.Dense(18, activation="tanh", name="mix")(y)
    y = layers.Dropout(0.2)(y)
    return keras.Model([source, target], layers.Dense(44, name="words")(y))


def torch_model():
    import torch
    from torch import nn

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(40, 12)
            self.rnn = nn.GRU(12, 10, bidirectional=True, batch_first=True)
            self.fc = nn.Linear(20, 16)

        def forward(self, src):
            outputs, hidden = self.rnn(self.embedding(src))
            return outputs, torch.tanh(self.fc(torch.cat((hidden[-2], hidden[-1]), dim=1)))

    class AdditiveAttention(nn.Module):
        def __init__(self):
            super().__init__()
            self.W_k = nn.Linear(20, 14, bias=False)
            self.W_q = nn.Linear(16, 14, bias=False)
            self.w_v = nn.Linear(14, 1, bias=False)

        def forward(self, queries, values):
            features = torch.tanh(self.W_q(queries).unsqueeze(2) + self.W_k(values).unsqueeze(1))
            weights = self.w_v(features).squeeze(-1).softmax(dim=-1)
            return torch.bmm(weights, values)

    class Translator(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = Encoder()
            self.attention = AdditiveAttention()
            self.out = nn.Linear(18, 44)
            self.mix = nn.Linear(16 + 20, 18)
            self.embedding = nn.Embedding(44, 12)
            self.rnn = nn.GRU(12, 16, batch_first=True)
            self.dropout = nn.Dropout(0.2)

        def forward(self, src, trg):
            memory, state = self.encoder(src)
            output, _ = self.rnn(self.embedding(trg), state.unsqueeze(0))
            mixed = torch.tanh(self.mix(torch.cat((output, self.attention(output, memory)), dim=2)))
            return self.out(self.dropout(mixed))

    return Translator()
