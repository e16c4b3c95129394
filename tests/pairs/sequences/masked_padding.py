"""Texts padded with zeros: the Keras LSTM skips padding (mask_zero=True), the PyTorch one reads it."""

INPUTS = ("12:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["recurrent-mask", "recurrent-masked-output"],
            "keras": ["embedding", "lstm"],
            "torch": ["embedding", "lstm"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    tokens = keras.Input((12,), dtype="int32", name="tokens")
    x = layers.Embedding(9, 6, mask_zero=True)(tokens)
    x = layers.LSTM(5)(x)
    return keras.Model(tokens, layers.Dense(1, activation="sigmoid")(x))


def torch_model():
    import torch
    from torch import nn

    class Sentiment(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(9, 6)
            self.lstm = nn.LSTM(6, 5, batch_first=True)
            self.out = nn.Linear(5, 1)

        def forward(self, tokens):
            _, (h, _) = self.lstm(self.embedding(tokens))
            return torch.sigmoid(self.out(h.squeeze(0)))

    return Sentiment()
