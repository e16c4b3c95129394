"""Flattened, normalised features of a photo and flattened embeddings of four words, joined for a classifier."""

INPUTS = ("6x6x3", "4:int32")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    photo, words = keras.Input((6, 6, 3), name="photo"), keras.Input((4,), dtype="int32", name="words")
    x = layers.AveragePooling2D(2)(layers.Conv2D(4, 3, activation="elu")(photo))
    x = layers.LayerNormalization(epsilon=1e-5)(layers.Flatten()(x))
    told = layers.Flatten()(layers.Embedding(20, 5)(words))
    return keras.Model([photo, words], layers.Dense(3, activation="softmax")(layers.Concatenate()([x, told])))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            self.look, self.norm = nn.Conv2d(3, 4, 3), nn.LayerNorm(16)
            self.words, self.out = nn.Embedding(20, 5), nn.Linear(36, 3)

        def forward(self, photo, words):
            x = F.avg_pool2d(F.elu(self.look(photo)), 2).flatten(1)
            return self.out(torch.cat((self.norm(x), self.words(words).flatten(1)), -1)).softmax(-1)

    return Classifier()
