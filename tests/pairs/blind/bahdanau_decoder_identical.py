"""GRU encoder and an unrolled decoder with Bahdanau attention; the cell gets [context; token] in both."""

INPUTS = ("7:int32", "4:int32")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class BahdanauAttention(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.W1 = layers.Dense(units, use_bias=False, name="W1")
            self.W2 = layers.Dense(units, name="W2")
            self.V = layers.Dense(1, use_bias=False, name="V")

        def call(self, query, values):
            score = self.V(ops.tanh(self.W1(values) + self.W2(ops.expand_dims(query, 1))))
            weights = ops.softmax(score, axis=1)
            return ops.sum(weights * values, axis=1)

    class Translator(keras.Model):
        def __init__(self, source=30, target=25, dim=6, units=8, **kwargs):
            super().__init__(**kwargs)
            self.source_embedding = layers.Embedding(source, dim, name="source_embedding")
            self.encoder = layers.GRU(units, return_sequences=True, return_state=True, name="encoder")
            self.target_embedding = layers.Embedding(target, dim, name="target_embedding")
            self.attention = BahdanauAttention(10, name="attention")
            self.cell = layers.GRUCell(units, name="decoder_cell")
            self.out = layers.Dense(target, name="out")

        def call(self, inputs):
            source, target = inputs
            values, state = self.encoder(self.source_embedding(source))
            tokens = self.target_embedding(target)
            logits = []
            for t in range(tokens.shape[1]):
                context = self.attention(state, values)
                x = ops.concatenate([context, tokens[:, t]], axis=-1)
                y, [state] = self.cell(x, [state])
                logits.append(self.out(y))
            return ops.stack(logits, axis=1)

    return Translator(name="translator")


def torch_model():
    import torch
    from torch import nn

    class Encoder(nn.Module):
        def __init__(self, vocab, emb, hid):
            super().__init__()
            self.embedding = nn.Embedding(vocab, emb)
            self.rnn = nn.GRU(emb, hid, batch_first=True)

        def forward(self, src):
            outputs, hidden = self.rnn(self.embedding(src))
            return outputs, hidden.squeeze(0)

    class Attention(nn.Module):
        def __init__(self, hid, attn):
            super().__init__()
            self.v = nn.Parameter(torch.rand(attn))
            self.query_proj = nn.Linear(hid, attn)
            self.key_proj = nn.Linear(hid, attn, bias=False)

        def forward(self, hidden, keys):
            energy = torch.tanh(self.query_proj(hidden).unsqueeze(1) + keys) @ self.v
            return torch.softmax(energy, dim=-1)

    class Seq2Seq(nn.Module):
        def __init__(self):
            super().__init__()
            self.decoder_embedding = nn.Embedding(25, 6)
            self.decoder_rnn = nn.GRUCell(8 + 6, 8)
            self.encoder = Encoder(30, 6, 8)
            self.attention = Attention(8, 10)
            self.fc_out = nn.Linear(8, 25)

        def forward(self, src, trg):
            outputs, hidden = self.encoder(src)
            keys = self.attention.key_proj(outputs)  # once for all steps
            states = []
            for emb in self.decoder_embedding(trg).unbind(1):
                a = self.attention(hidden, keys)
                context = torch.bmm(a.unsqueeze(1), outputs).squeeze(1)
                hidden = self.decoder_rnn(torch.cat((context, emb), dim=1), hidden)
                states.append(hidden)
            return self.fc_out(torch.stack(states, dim=1))

    return Seq2Seq()
