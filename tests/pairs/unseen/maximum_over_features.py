"""Text CNN: ``torch.max(x, 1)`` takes the maximum over channels, which are as many as the steps."""

INPUTS = ("10:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["pool-axis"],
            "keras": ["global_max_pooling1d"],
            "torch": ["max*", "getitem*", "amax"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    words = keras.Input((10,), dtype="int32")
    x = layers.Embedding(15, 6)(words)
    x = layers.SpatialDropout1D(0.1)(x)
    x = layers.Conv1D(8, 3, activation="relu")(x)
    x = layers.GlobalMaxPooling1D()(x)
    return keras.Model(words, layers.Dense(1, activation="sigmoid")(x))


def torch_model():
    import torch
    from torch import nn

    class KimCNN(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(15, 6)
            self.dropout = nn.Dropout1d(0.1)
            self.conv = nn.Conv1d(6, 8, kernel_size=3)
            self.fc = nn.Linear(8, 1)

        def forward(self, words):
            x = self.dropout(self.embedding(words).permute(0, 2, 1))
            x = torch.relu(self.conv(x))
            x, _ = torch.max(x, 1)
            return torch.sigmoid(self.fc(x))

    return KimCNN()
