"""The sentiment LSTM with an embedding that masks zero gives good reviews a score near one; in PyTorch I set the
padding index of the embedding and copied the weights, but short reviews get other scores than in Keras.
"""

INPUTS = ("14:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["recurrent-mask"],
            "keras": ["reviews"],
            "torch": ["lstm"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((14,), dtype="int32"),
            layers.Embedding(15, 10, mask_zero=True, name="words"),
            layers.SpatialDropout1D(0.2, name="drop"),
            layers.LSTM(12, name="reviews"),
            layers.Dense(8, activation="relu", name="hidden"),
            layers.Dense(1, activation="sigmoid", name="score"),
        ]
    )


def torch_model():
    import torch
    from torch import nn

    class SpatialDropout(nn.Dropout1d):
        def forward(self, x):
            return super().forward(x.transpose(1, 2)).transpose(1, 2)

    class Sentiment(nn.Module):
        def __init__(self, vocab_size=15, embed_dim=10, hidden_dim=12):
            super().__init__()
            self.embedding = nn.Embedding(vocab_size, embed_dim, padding_idx=0)
            self.dropout = SpatialDropout(0.2)
            self.lstm = nn.LSTM(embed_dim, hidden_dim, batch_first=True)
            self.dense = nn.Sequential(nn.Linear(hidden_dim, 8), nn.ReLU(), nn.Linear(8, 1))

        def forward(self, tokens):
            embedded = self.dropout(self.embedding(tokens))
            _, (hidden, _) = self.lstm(embedded)
            return torch.sigmoid(self.dense(hidden[-1]))

    return Sentiment()
