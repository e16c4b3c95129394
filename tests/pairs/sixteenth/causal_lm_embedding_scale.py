"""A word-level language model: in Keras a decoder block of the library with sine positions, in PyTorch the language
model of the transformer tutorial. Same weights, other logits at every position.
"""

LIBRARIES = ("keras_hub",)
INPUTS = ("14:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["scale-other"],
            "keras": ["words", "sine_positions", "add_positions"],
            "torch": ["encoder", "mul*", "add*", "pos_encoder", ""],
        }
    ],
}


def keras_model():
    import keras
    import keras_hub
    from keras import layers

    tokens = keras.Input((14,), dtype="int32", name="tokens")
    words = layers.Embedding(70, 32, name="words")(tokens)
    places = keras_hub.layers.SinePositionEncoding(name="sine_positions")(words)
    x = layers.Add(name="add_positions")([words, places])
    for i in range(2):
        x = keras_hub.layers.TransformerDecoder(48, 2, name=f"decoder_{i}")(x)
    return keras.Model(tokens, layers.Dense(70, name="next_word")(x))


def torch_model():
    import math

    import torch
    from torch import nn

    class PositionalEncoding(nn.Module):
        def __init__(self, d_model, max_len=64):
            super().__init__()
            position = torch.arange(max_len).unsqueeze(1)
            div_term = torch.exp(torch.arange(0, d_model, 2) * (-math.log(10000.0) / d_model))
            pe = torch.zeros(1, max_len, d_model)
            pe[0, :, 0::2] = torch.sin(position * div_term)
            pe[0, :, 1::2] = torch.cos(position * div_term)
            self.register_buffer("pe", pe)

        def forward(self, x):
            return x + self.pe[:, : x.size(1)]

    class TransformerModel(nn.Module):
        def __init__(self, ntoken, d_model, nhead, d_hid, nlayers):
            super().__init__()
            self.d_model = d_model
            self.pos_encoder = PositionalEncoding(d_model)
            layer = nn.TransformerEncoderLayer(d_model, nhead, d_hid, dropout=0.0, batch_first=True)
            self.transformer_encoder = nn.TransformerEncoder(layer, nlayers)
            self.encoder = nn.Embedding(ntoken, d_model)
            self.decoder = nn.Linear(d_model, ntoken)

        def forward(self, src):
            x = self.encoder(src) * math.sqrt(self.d_model)
            x = self.pos_encoder(x)
            steps = src.size(1)
            mask = torch.triu(torch.ones(steps, steps, dtype=torch.bool, device=src.device), diagonal=1)
            return self.decoder(self.transformer_encoder(x, mask=mask))

    return TransformerModel(70, 32, 2, 48, 2)
