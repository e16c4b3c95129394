"""Keras translation tutorial against nn.TransformerDecoder: are these two the same? (forum question, answered: yes)"""

INPUTS = ("5:int32", "7x16")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class PositionalEmbedding(layers.Layer):
        def __init__(self, steps, words, dim, **kwargs):
            super().__init__(**kwargs)
            self.words = layers.Embedding(words, dim, name="words")
            self.positions = layers.Embedding(steps, dim, name="positions")

        def call(self, tokens):
            return self.words(tokens) + self.positions(ops.arange(ops.shape(tokens)[-1]))

    class TransformerDecoder(layers.Layer):
        def __init__(self, dim, dense_dim, heads, **kwargs):
            super().__init__(**kwargs)
            self.attention_1 = layers.MultiHeadAttention(heads, dim // heads, dropout=0.0, name="attention_1")
            self.attention_2 = layers.MultiHeadAttention(heads, dim // heads, dropout=0.0, name="attention_2")
            self.dense_proj = keras.Sequential([layers.Dense(dense_dim, activation="relu"), layers.Dense(dim)])
            self.layernorm_1, self.layernorm_2, self.layernorm_3 = (
                layers.LayerNormalization(epsilon=1e-5, name=f"layernorm_{i}") for i in (1, 2, 3)
            )

        def call(self, inputs, encoder_outputs):
            out_1 = self.layernorm_1(inputs + self.attention_1(inputs, inputs, use_causal_mask=True))
            out_2 = self.attention_2(query=out_1, value=encoder_outputs, key=encoder_outputs)
            out_2 = self.layernorm_2(out_1 + out_2)
            return self.layernorm_3(out_2 + self.dense_proj(out_2))

    tokens = keras.Input((5,), dtype="int32", name="decoder_inputs")
    encoded = keras.Input((7, 16), name="encoder_outputs")
    x = PositionalEmbedding(5, 30, 16, name="embedding")(tokens)
    for i in range(2):
        x = TransformerDecoder(16, 24, 4, name=f"decoder_{i}")(x, encoded)
    return keras.Model([tokens, encoded], layers.Dense(30, name="words")(x))


def torch_model():
    import torch
    from torch import nn

    class Decoder(nn.Module):
        def __init__(self, vocab=30, d_model=16, max_len=5):
            super().__init__()
            self.tok = nn.Embedding(vocab, d_model)
            self.pos = nn.Parameter(torch.randn(1, max_len, d_model) * 0.02)
            layer = nn.TransformerDecoderLayer(d_model, nhead=4, dim_feedforward=24, dropout=0.0, batch_first=True)
            self.decoder = nn.TransformerDecoder(layer, num_layers=2)
            self.generator = nn.Linear(d_model, vocab)

        def forward(self, tgt, memory):
            n = tgt.size(1)
            mask = nn.Transformer.generate_square_subsequent_mask(n)
            x = self.tok(tgt) + self.pos[:, :n]
            return self.generator(self.decoder(x, memory, tgt_mask=mask.to(x.dtype)))

    return Decoder()
