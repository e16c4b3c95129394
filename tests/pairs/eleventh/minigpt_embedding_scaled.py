"""Small language model: decoder blocks behind a token and position embedding in Keras, in PyTorch an encoder with the
causal mask of the language modelling tutorial and its first lines of forward.
"""

INPUTS = ("14:int32",)
LIBRARIES = ("keras_hub",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["scale-other"],
            "keras": ["embed", "embed/*"],
            "torch": ["mul*", "add*", "tok_embedding", "pos_embedding", ""],
        }
    ],
}


def keras_model():
    import keras
    import keras_hub
    from keras import layers

    tokens = keras.Input((14,), dtype="int32")
    x = keras_hub.layers.TokenAndPositionEmbedding(
        vocabulary_size=40, sequence_length=14, embedding_dim=32, name="embed"
    )(tokens)
    for i in range(2):
        x = keras_hub.layers.TransformerDecoder(num_heads=2, intermediate_dim=64, name=f"decoder_{i}")(x)
    return keras.Model(tokens, layers.Dense(40, name="next_token")(x))


def torch_model():
    import math

    import torch
    from torch import nn

    class TransformerModel(nn.Module):
        def __init__(self, ntoken=40, d_model=32, nhead=2, d_hid=64, nlayers=2, max_len=14, dropout=0.0):
            super().__init__()
            self.d_model = d_model
            layer = nn.TransformerEncoderLayer(d_model, nhead, d_hid, dropout, batch_first=True)
            self.transformer_encoder = nn.TransformerEncoder(layer, nlayers)
            self.tok_embedding = nn.Embedding(ntoken, d_model)
            self.pos_embedding = nn.Embedding(max_len, d_model)
            self.linear = nn.Linear(d_model, ntoken)

        def forward(self, src):
            length = src.size(1)
            mask = nn.Transformer.generate_square_subsequent_mask(length, device=src.device)
            x = self.tok_embedding(src) * math.sqrt(self.d_model)
            x = x + self.pos_embedding(torch.arange(length, device=src.device))
            x = self.transformer_encoder(x, mask=mask.to(x.dtype))
            return self.linear(x)

    return TransformerModel()
