"""Windows over words: a convolution of a sequence in Keras, of an image of one channel in PyTorch."""

INPUTS = ("12:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((12,), dtype="int32")
    x = layers.SpatialDropout1D(0.2)(layers.Embedding(40, 8, name="embed")(inputs))
    pooled = [layers.GlobalMaxPooling1D()(layers.Conv1D(6, size, activation="relu")(x)) for size in (3, 4, 5)]
    x = layers.Dropout(0.5)(layers.concatenate(pooled))
    return keras.Model(inputs, layers.Dense(4, activation="softmax")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class TextCNN(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed = nn.Embedding(40, 8)
            self.words = nn.Dropout1d(0.2)
            self.convs = nn.ModuleList([nn.Conv2d(1, 6, (size, 8)) for size in (3, 4, 5)])
            self.drop = nn.Dropout(0.5)
            self.fc = nn.Linear(18, 4)

        def forward(self, ids):
            x = self.words(self.embed(ids).transpose(1, 2)).transpose(1, 2).unsqueeze(1)
            x = [F.relu(conv(x)).squeeze(3) for conv in self.convs]
            x = [F.max_pool1d(each, each.size(2)).squeeze(2) for each in x]
            return F.softmax(self.fc(self.drop(torch.cat(x, 1))), dim=1)

    return TextCNN()
