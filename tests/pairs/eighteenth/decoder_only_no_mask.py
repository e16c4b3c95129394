"""A small language model from library decoder layers, post-norm, called without an encoder; in PyTorch a decoder
without cross-attention is nn.TransformerEncoderLayer.
"""

INPUTS = ("9:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["attention-causal"],
            "keras": ["decoder_0", "decoder_0.*", "decoder_0/*"],
            "torch": [
                "blocks.layers.0",
                "scaled_dot_product_attention*",
                "softmax*",
                "",
            ],
        }
    ],
}
LIBRARIES = ("keras_hub",)


def keras_model():
    import keras
    import keras_hub

    ids = keras.Input((9,), dtype="int32")
    x = keras_hub.layers.TokenAndPositionEmbedding(
        vocabulary_size=45, sequence_length=9, embedding_dim=16, name="embedding"
    )(ids)
    for i in range(2):
        x = keras_hub.layers.TransformerDecoder(intermediate_dim=32, num_heads=4, name=f"decoder_{i}")(x)
    return keras.Model(ids, keras.layers.Dense(45, name="next_word")(x))


def torch_model():
    import torch
    from torch import nn

    class LanguageModel(nn.Module):
        def __init__(self, vocab=45, length=9, width=16):
            super().__init__()
            self.tokens = nn.Embedding(vocab, width)
            self.positions = nn.Parameter(torch.zeros(length, width))
            layer = nn.TransformerEncoderLayer(width, 4, dim_feedforward=32, dropout=0.0, batch_first=True)
            self.blocks = nn.TransformerEncoder(layer, num_layers=2)
            self.lm_head = nn.Linear(width, vocab)

        def forward(self, ids):
            return self.lm_head(self.blocks(self.tokens(ids) + self.positions))

    return LanguageModel()
