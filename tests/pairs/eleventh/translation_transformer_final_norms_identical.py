"""English to Spanish with one encoder and two decoder blocks; nn.Transformer puts a layer norm behind either stack, so
the Keras model has them as well.
"""

INPUTS = ("9:int32", "8:int32")
LIBRARIES = ("keras_hub",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    import keras_hub
    from keras import layers

    width, heads, inner = 32, 2, 48

    def embed(name, vocabulary, length):
        return keras_hub.layers.TokenAndPositionEmbedding(vocabulary, length, width, name=name)

    english = keras.Input((9,), dtype="int32", name="english")
    memory = embed("english_embedding", 40, 9)(english)
    memory = keras_hub.layers.TransformerEncoder(inner, heads, name="encoder")(memory)
    memory = layers.LayerNormalization(epsilon=1e-5, name="encoder_norm")(memory)

    spanish = keras.Input((8,), dtype="int32", name="spanish")
    x = embed("spanish_embedding", 45, 8)(spanish)
    for i in range(2):
        x = keras_hub.layers.TransformerDecoder(inner, heads, name=f"decoder_{i}")(x, memory)
    x = layers.LayerNormalization(epsilon=1e-5, name="decoder_norm")(x)
    return keras.Model([english, spanish], layers.Dense(45, name="words")(x))


def torch_model():
    import torch
    from torch import nn

    class Embed(nn.Module):
        def __init__(self, vocabulary, length, width):
            super().__init__()
            self.positions = nn.Parameter(torch.randn(1, length, width) * 0.02)
            self.tokens = nn.Embedding(vocabulary, width)

        def forward(self, ids):
            return self.tokens(ids) + self.positions[:, : ids.shape[1]]

    class Translator(nn.Module):
        def __init__(self):
            super().__init__()
            self.generator = nn.Linear(32, 45)
            self.transformer = nn.Transformer(
                d_model=32,
                nhead=2,
                num_encoder_layers=1,
                num_decoder_layers=2,
                dim_feedforward=48,
                dropout=0.0,
                batch_first=True,
            )
            self.src_embed = Embed(40, 9, 32)
            self.tgt_embed = Embed(45, 8, 32)

        def forward(self, src, tgt):
            length = tgt.shape[1]
            blocked = torch.triu(torch.ones(length, length, dtype=torch.bool, device=tgt.device), diagonal=1)
            out = self.transformer(self.src_embed(src), self.tgt_embed(tgt), tgt_mask=blocked)
            return self.generator(out)

    return Translator()
