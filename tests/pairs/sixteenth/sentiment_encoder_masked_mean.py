"""Sentiment with padded reviews: embeddings with a mask and an encoder of the library in Keras, the stock encoder layer
with a padding mask in PyTorch, and a mean over the words that are there.
"""

LIBRARIES = ("keras_hub",)
INPUTS = ("12:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    import keras_hub
    from keras import layers

    review = keras.Input((12,), dtype="int32", name="review")
    x = keras_hub.layers.TokenAndPositionEmbedding(
        vocabulary_size=50, sequence_length=12, embedding_dim=32, mask_zero=True, name="embedding"
    )(review)
    x = keras_hub.layers.TransformerEncoder(intermediate_dim=40, num_heads=2, name="encoder")(x)
    x = layers.GlobalAveragePooling1D(name="mean")(x)
    x = layers.Dense(16, activation="relu", name="hidden")(x)
    return keras.Model(review, layers.Dense(2, name="sentiment")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Sentiment(nn.Module):
        def __init__(self, vocab=50, steps=12, width=32):
            super().__init__()
            self.out = nn.Linear(16, 2)
            self.fc = nn.Linear(width, 16)
            self.pos = nn.Embedding(steps, width)
            self.tok = nn.Embedding(vocab, width)
            self.block = nn.TransformerEncoderLayer(width, 2, 40, dropout=0.0, batch_first=True)

        def forward(self, ids):
            pad = ids.eq(0)
            h = self.tok(ids) + self.pos(torch.arange(ids.shape[1], device=ids.device))
            h = self.block(h, src_key_padding_mask=pad)
            keep = (~pad).unsqueeze(-1).to(h.dtype)
            h = (h * keep).sum(1) / keep.sum(1)
            return self.out(F.relu(self.fc(h)))

    return Sentiment()
