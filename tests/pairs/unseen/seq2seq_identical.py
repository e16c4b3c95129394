"""Encoder and decoder with cross attention: nn.TransformerDecoderLayer against layers of MultiHeadAttention."""

INPUTS = ("7:int32", "5:int32")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    def norm():
        return layers.LayerNormalization(epsilon=1e-5)

    def feed_forward(x):
        y = layers.Dense(16, activation="relu")(x)
        return layers.Dense(8)(layers.Dropout(0.1)(y))

    class Embed(layers.Layer):
        def __init__(self, vocab, length, width, **kwargs):
            super().__init__(**kwargs)
            self.tokens = layers.Embedding(vocab, width)
            self.positions = layers.Embedding(length, width)

        def call(self, ids):
            return self.tokens(ids) + self.positions(ops.arange(0, ops.shape(ids)[-1], 1))

    source = keras.Input((7,), dtype="int32", name="source")
    target = keras.Input((5,), dtype="int32", name="target")
    x = Embed(13, 7, 8, name="source_embedding")(source)
    y = layers.MultiHeadAttention(2, 4, dropout=0.1)(x, x)
    x = norm()(x + layers.Dropout(0.1)(y))
    memory = norm()(x + feed_forward(x))
    x = Embed(11, 5, 8, name="target_embedding")(target)
    y = layers.MultiHeadAttention(2, 4)(query=x, value=x, key=x, use_causal_mask=True)
    x = norm()(x + y)
    y = layers.MultiHeadAttention(2, 4)(query=x, value=memory, key=memory)
    x = norm()(x + y)
    x = norm()(x + feed_forward(x))
    return keras.Model([source, target], layers.Dense(11)(x))


def torch_model():
    import torch
    from torch import nn

    class Seq2Seq(nn.Module):
        def __init__(self, d=8):
            super().__init__()
            self.src_tok_emb, self.src_pos_emb = nn.Embedding(13, d), nn.Embedding(7, d)
            self.tgt_tok_emb, self.tgt_pos_emb = nn.Embedding(11, d), nn.Embedding(5, d)
            self.encoder = nn.TransformerEncoderLayer(d, 2, 16, batch_first=True)
            self.decoder = nn.TransformerDecoderLayer(d, 2, 16, batch_first=True)
            self.generator = nn.Linear(d, 11)

        def forward(self, src, tgt):
            memory = self.encoder(self.src_tok_emb(src) + self.src_pos_emb.weight[: src.shape[1]])
            x = self.tgt_tok_emb(tgt) + self.tgt_pos_emb(torch.arange(tgt.shape[1], device=tgt.device))
            mask = nn.Transformer.generate_square_subsequent_mask(tgt.shape[1], device=tgt.device, dtype=x.dtype)
            return self.generator(self.decoder(x, memory, tgt_mask=mask))

    return Seq2Seq()
