"""Transformer for a toy translation: encoder and decoder layers of keras_hub, and nn.TransformerEncoder and
nn.TransformerDecoder with a causal mask, both normalised after each block.
"""

INPUTS = ("9:int32", "7:int32")
TRUTH = {"identical": True}
LIBRARIES = ("keras_hub",)


def keras_model():
    import keras
    import keras_hub
    from keras import layers

    source = keras.Input((9,), dtype="int32", name="source")
    target = keras.Input((7,), dtype="int32", name="target")

    def embedded(ids, words, name):
        return keras_hub.layers.TokenAndPositionEmbedding(words, ids.shape[1], 32, name=name)(ids)

    memory = embedded(source, 30, "source_embedding")
    for i in range(2):
        memory = keras_hub.layers.TransformerEncoder(64, 2, name=f"encoder_{i}")(memory)
    x = embedded(target, 26, "target_embedding")
    for i in range(2):
        x = keras_hub.layers.TransformerDecoder(64, 2, name=f"decoder_{i}")(x, memory)
    return keras.Model([source, target], layers.Dense(26, name="next_word")(x))


def torch_model():
    import torch
    from torch import nn

    class Embedded(nn.Module):
        def __init__(self, words, length, d_model):
            super().__init__()
            self.pe = nn.Embedding(length, d_model)
            self.tok = nn.Embedding(words, d_model)

        def forward(self, ids):
            return self.tok(ids) + self.pe(torch.arange(ids.size(1), device=ids.device))

    class Translator(nn.Module):
        def __init__(self, d_model=32, nhead=2, ff=64, layers=2):
            super().__init__()
            options = dict(dim_feedforward=ff, dropout=0.0, batch_first=True)
            self.src, self.tgt = Embedded(30, 9, d_model), Embedded(26, 7, d_model)
            self.decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(d_model, nhead, **options), layers)
            self.encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(d_model, nhead, **options), layers)
            self.generator = nn.Linear(d_model, 26)

        def forward(self, src, tgt):
            length = tgt.size(1)
            causal = torch.ones(length, length, dtype=torch.bool, device=tgt.device).triu(1)
            memory = self.encoder(self.src(src))
            return self.generator(self.decoder(self.tgt(tgt), memory, tgt_mask=causal))

    return Translator()
