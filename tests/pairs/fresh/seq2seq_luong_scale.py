"""My PyTorch port of the Keras seq2seq with the Attention layer gives flatter attention than the Keras original."""

INPUTS = ("7:int32", "5:int32")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["attention-luong-scale", "attention-scale"],
            "keras": ["luong"],
            "torch": ["dec.scaled_dot_product_attention", ""],  # the code that calls it is that of a module
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    source = keras.Input((7,), dtype="int32", name="source")
    target = keras.Input((5,), dtype="int32", name="target")
    outputs, h, c = layers.LSTM(12, return_sequences=True, return_state=True, name="encoder")(
        layers.Embedding(20, 8, name="source_words")(source)
    )
    decoded = layers.LSTM(12, return_sequences=True, name="decoder")(
        layers.Embedding(24, 8, name="target_words")(target), initial_state=[h, c]
    )
    context = layers.Attention(name="luong")([decoded, outputs])
    x = layers.Concatenate(name="join")([decoded, context])
    x = layers.TimeDistributed(layers.Dense(12, activation="tanh"), name="attentional")(x)
    return keras.Model([source, target], layers.TimeDistributed(layers.Dense(24), name="words")(x))


def torch_model():
    import torch
    from torch import nn
    from torch.nn import functional as F

    class Encoder(nn.Module):
        def __init__(self, vocab, emb, hid):
            super().__init__()
            self.embedding = nn.Embedding(vocab, emb)
            self.rnn = nn.LSTM(emb, hid, batch_first=True)

        def forward(self, src):
            return self.rnn(self.embedding(src))

    class Decoder(nn.Module):
        def __init__(self, vocab, emb, hid):
            super().__init__()
            self.embedding = nn.Embedding(vocab, emb)
            self.rnn = nn.LSTM(emb, hid, batch_first=True)
            self.wc = nn.Linear(2 * hid, hid)
            self.out = nn.Linear(hid, vocab)

        def forward(self, trg, state, memory):
            hidden, _ = self.rnn(self.embedding(trg), state)
            context = F.scaled_dot_product_attention(hidden, memory, memory)
            return self.out(torch.tanh(self.wc(torch.cat([hidden, context], dim=2))))

    class Seq2Seq(nn.Module):
        def __init__(self):
            super().__init__()
            self.enc, self.dec = Encoder(20, 8, 12), Decoder(24, 8, 12)

        def forward(self, src, trg):
            memory, state = self.enc(src)
            return self.dec(trg, state, memory)

    return Seq2Seq()
