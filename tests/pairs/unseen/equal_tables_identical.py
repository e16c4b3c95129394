"""Matrix factorisation where users and items have tables of one size; biases too."""

INPUTS = ("1:int32", "1:int32")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    user, item = keras.Input((1,), dtype="int32", name="u"), keras.Input((1,), dtype="int32", name="i")
    u = layers.Flatten()(layers.Embedding(10, 4, name="U")(user))
    v = layers.Flatten()(layers.Embedding(10, 4, name="V")(item))
    bu = layers.Flatten()(layers.Embedding(10, 1, name="bu")(user))
    bi = layers.Flatten()(layers.Embedding(10, 1, name="bi")(item))
    return keras.Model([user, item], layers.Add()([layers.Dot(1)([u, v]), bu, bi]))


def torch_model():
    from torch import nn

    class MF(nn.Module):
        def __init__(self):
            super().__init__()
            self.item_bias, self.user_bias = nn.Embedding(10, 1), nn.Embedding(10, 1)
            self.items, self.users = nn.Embedding(10, 4), nn.Embedding(10, 4)

        def forward(self, u, i):
            b = self.item_bias(i).squeeze(1) + self.user_bias(u).squeeze(1)
            return (self.items(i).squeeze(1) * self.users(u).squeeze(1)).sum(1, keepdim=True) + b

    return MF()
