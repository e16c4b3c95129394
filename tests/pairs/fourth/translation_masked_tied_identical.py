"""Translation with Luong attention over the unmasked source; the output layer is the target embedding, transposed."""

INPUTS = ("8:int32", "5:int32")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class TiedLogits(layers.Layer):
        def __init__(self, embedding, **kwargs):
            super().__init__(**kwargs)
            self.embedding = embedding
            self.bias = self.add_weight(shape=(embedding.input_dim,), initializer="zeros", name="bias")

        def call(self, x):
            return ops.matmul(x, ops.transpose(self.embedding.embeddings)) + self.bias

    source = keras.Input((8,), dtype="int32", name="a_source")
    target = keras.Input((5,), dtype="int32", name="b_target")
    x = layers.Embedding(25, 7, mask_zero=True, name="source_embedding")(source)
    memory, h, c = layers.LSTM(10, return_sequences=True, return_state=True, name="encoder")(x)
    table = layers.Embedding(21, 8, name="target_embedding")
    decoded = layers.LSTM(10, return_sequences=True, name="decoder")(table(target), initial_state=[h, c])
    context = layers.Attention(use_scale=True, name="attention")([decoded, memory])
    x = layers.Concatenate(name="join")([context, decoded])
    x = layers.Dense(8, activation="tanh", use_bias=False, name="combine")(x)
    return keras.Model([source, target], TiedLogits(table, name="logits")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn
    from torch.nn.utils import rnn

    class LuongTranslator(nn.Module):
        def __init__(self, src_vocab=25, trg_vocab=21, hidden=10):
            super().__init__()
            self.trg_emb = nn.Embedding(trg_vocab, 8)
            self.src_emb = nn.Embedding(src_vocab, 7)
            self.encoder = nn.LSTM(7, hidden, batch_first=True)
            self.decoder = nn.LSTM(8, hidden, batch_first=True)
            self.scale = nn.Parameter(torch.tensor(1.0))
            self.combine = nn.Linear(2 * hidden, 8, bias=False)
            self.out_bias = nn.Parameter(torch.zeros(trg_vocab))

        def forward(self, src, trg):
            padding = src.eq(0)
            lengths = (~padding).sum(1).clamp(min=1).cpu()
            packed = rnn.pack_padded_sequence(self.src_emb(src), lengths, batch_first=True, enforce_sorted=False)
            packed, state = self.encoder(packed)
            memory, _ = rnn.pad_packed_sequence(packed, batch_first=True, total_length=src.size(1))
            h, _ = self.decoder(self.trg_emb(trg), state)
            energy = torch.bmm(h, memory.mT) * self.scale
            weights = energy.masked_fill(padding[:, None], float("-inf")).softmax(-1)
            attn = torch.cat([torch.bmm(weights, memory), h], dim=2).matmul(self.combine.weight.t()).tanh()
            return F.linear(attn, self.trg_emb.weight, self.out_bias)

    return LuongTranslator()
