"""Kim's sentence classifier: three windows, max over time, concatenation, from integer tokens."""

INPUTS = ("15:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    tokens = keras.Input((15,), dtype="int32")
    x = layers.Embedding(30, 8, name="words")(tokens)
    pooled = [layers.GlobalMaxPooling1D()(layers.Conv1D(5, size, activation="relu")(x)) for size in (2, 3, 4)]
    x = layers.Concatenate()(pooled)
    x = layers.Dropout(0.5)(x)
    return keras.Model(tokens, layers.Dense(3, name="classes")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class TextCNN(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(30, 8)
            self.convs = nn.ModuleList([nn.Conv1d(8, 5, k) for k in (2, 3, 4)])
            self.dropout = nn.Dropout(0.5)
            self.fc = nn.Linear(15, 3)

        def forward(self, text):
            embedded = self.embedding(text).permute(0, 2, 1)
            conved = [F.relu(conv(embedded)) for conv in self.convs]
            pooled = [F.max_pool1d(c, c.shape[2]).squeeze(2) for c in conved]
            return self.fc(self.dropout(torch.cat(pooled, dim=1)))

    return TextCNN()
