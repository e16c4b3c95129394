"""Recommender with a dict of inputs: embeddings and biases of users and items, dot product, sigmoid."""

INPUTS = ("1:int32", "1:int32")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    user = keras.Input((1,), dtype="int32", name="user")
    item = keras.Input((1,), dtype="int32", name="item")
    taste = layers.Flatten()(layers.Embedding(9, 5, name="user_factors")(user))
    kind = layers.Flatten()(layers.Embedding(11, 5, name="item_factors")(item))
    score = layers.Dot(axes=1)([taste, kind])
    bias = layers.Flatten()(layers.Embedding(9, 1, name="user_bias")(user))
    fame = layers.Flatten()(layers.Embedding(11, 1, name="item_bias")(item))
    total = layers.Add()([score, bias, fame])
    return keras.Model({"user": user, "item": item}, layers.Activation("sigmoid")(total))


def torch_model():
    import torch
    from torch import nn

    class MatrixFactorization(nn.Module):
        def __init__(self):
            super().__init__()
            self.user_emb = nn.Embedding(9, 5)
            self.item_emb = nn.Embedding(11, 5)
            self.user_bias = nn.Embedding(9, 1)
            self.item_bias = nn.Embedding(11, 1)

        def forward(self, user, item):
            user, item = user.squeeze(1), item.squeeze(1)
            score = (self.user_emb(user) * self.item_emb(item)).sum(1, keepdim=True)
            return torch.sigmoid(score + self.user_bias(user) + self.item_bias(item))

    return MatrixFactorization()
