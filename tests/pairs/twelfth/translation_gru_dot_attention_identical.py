"""Translation with two GRUs and dot-product attention in between; the decoder begins with the last state of the encoder
and I wrote the attention of PyTorch with two batched products instead of a layer.
"""

INPUTS = ("9:int32", "7:int32")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    source = keras.Input((9,), dtype="int32", name="source")
    target = keras.Input((7,), dtype="int32", name="target")
    s = layers.Embedding(26, 12, name="source_words")(source)
    t = layers.Embedding(26, 12, name="target_words")(target)
    memory, state = layers.GRU(16, return_sequences=True, return_state=True, name="encoder")(s)
    x = layers.GRU(16, return_sequences=True, name="decoder")(t, initial_state=state)
    context = layers.Attention(name="look_back")([x, memory])
    x = layers.Concatenate(name="both")([context, x])
    x = layers.Dense(14, activation="tanh", use_bias=False, name="attentional")(x)
    return keras.Model([source, target], layers.Dense(26, name="next_word")(x))


def torch_model():
    import torch
    from torch import nn

    class Encoder(nn.Module):
        def __init__(self, vocab, emb, hid):
            super().__init__()
            self.embedding = nn.Embedding(vocab, emb)
            self.gru = nn.GRU(emb, hid)

        def forward(self, src):
            return self.gru(self.embedding(src.t()))

    class Decoder(nn.Module):
        def __init__(self, vocab, emb, hid, att):
            super().__init__()
            self.embedding = nn.Embedding(vocab, emb)
            self.gru = nn.GRU(emb, hid)
            self.concat = nn.Linear(2 * hid, att, bias=False)
            self.out = nn.Linear(att, vocab)

        def forward(self, trg, hidden, memory):
            out, _ = self.gru(self.embedding(trg.t()), hidden)
            out, memory = out.transpose(0, 1), memory.transpose(0, 1)
            weights = torch.bmm(out, memory.transpose(1, 2)).softmax(dim=2)
            context = torch.bmm(weights, memory)
            return self.out(torch.tanh(self.concat(torch.cat((context, out), dim=2))))

    class Seq2Seq(nn.Module):
        def __init__(self):
            super().__init__()
            self.decoder = Decoder(26, 12, 16, 14)
            self.encoder = Encoder(26, 12, 16)

        def forward(self, src, trg):
            memory, hidden = self.encoder(src)
            return self.decoder(trg, hidden, memory)

    return Seq2Seq()
