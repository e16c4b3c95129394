"""An encoder and a decoder of a layer library, pre-norm, glued together for translation, against
nn.TransformerEncoderLayer and nn.TransformerDecoderLayer, which keep query, key and value in one matrix and
get the causal mask from outside.
"""

INPUTS = ("8:int32", "6:int32")
TRUTH = {"identical": True}
LIBRARIES = ("keras_hub",)


def keras_model():
    import keras
    import keras_hub

    hub = keras_hub.layers
    source = keras.Input((8,), dtype="int32", name="source")
    target = keras.Input((6,), dtype="int32", name="target")
    memory = hub.TokenAndPositionEmbedding(30, 10, 16, name="source_embedding")(source)
    for i in range(2):
        memory = hub.TransformerEncoder(24, 4, normalize_first=True, name=f"encoder_{i}")(memory)
    memory = keras.layers.LayerNormalization(epsilon=1e-5, name="encoder_norm")(memory)
    x = hub.TokenAndPositionEmbedding(35, 10, 16, name="target_embedding")(target)
    for i in range(2):
        x = hub.TransformerDecoder(24, 4, normalize_first=True, name=f"decoder_{i}")(x, memory)
    x = keras.layers.LayerNormalization(epsilon=1e-5, name="decoder_norm")(x)
    return keras.Model([source, target], keras.layers.Dense(35, name="words")(x))


def torch_model():
    import torch
    from torch import nn

    class Embed(nn.Module):
        def __init__(self, vocab, positions, width):
            super().__init__()
            self.tok = nn.Embedding(vocab, width)
            self.pos = nn.Embedding(positions, width)

        def forward(self, ids):
            return self.tok(ids) + self.pos(torch.arange(ids.size(1), device=ids.device))

    class Seq2Seq(nn.Module):
        def __init__(self, width=16, heads=4, hidden=24):
            super().__init__()
            common = {"dim_feedforward": hidden, "dropout": 0.0, "batch_first": True, "norm_first": True}
            encoder = nn.TransformerEncoderLayer(width, heads, **common)
            decoder = nn.TransformerDecoderLayer(width, heads, **common)
            self.src_embed = Embed(30, 10, width)
            self.tgt_embed = Embed(35, 10, width)
            self.encoder = nn.TransformerEncoder(encoder, 2, norm=nn.LayerNorm(width), enable_nested_tensor=False)
            self.decoder = nn.TransformerDecoder(decoder, 2, norm=nn.LayerNorm(width))
            self.generator = nn.Linear(width, 35)

        def forward(self, src, tgt):
            memory = self.encoder(self.src_embed(src))
            future = torch.ones(tgt.size(1), tgt.size(1), dtype=torch.bool, device=tgt.device).triu(1)
            return self.generator(self.decoder(self.tgt_embed(tgt), memory, tgt_mask=future))

    return Seq2Seq()
