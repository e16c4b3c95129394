"""Matrix factorisation with a deep branch: the item bias is looked up in the port and left out of the sum."""

INPUTS = ("1:int32", "1:int32")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["branch-missing"],
            "keras": ["add", "score", "item_bias", "flatten*"],
            "torch": ["add*", "sigmoid", "item_bias", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    def lookup(ids, rows, width, name):
        return layers.Flatten()(layers.Embedding(rows, width, name=name)(ids))

    user = keras.Input((1,), dtype="int32", name="user")
    item = keras.Input((1,), dtype="int32", name="item")
    u, i = lookup(user, 10, 6, "user_vector"), lookup(item, 12, 6, "item_vector")
    dot = layers.Dot(axes=1)([u, i])
    deep = layers.Dense(1, name="deep_out")(layers.Dense(7, activation="relu", name="deep")(layers.concatenate([u, i])))
    total = layers.Add(name="add")([dot, deep, lookup(user, 10, 1, "user_bias"), lookup(item, 12, 1, "item_bias")])
    return keras.Model([user, item], layers.Activation("sigmoid", name="score")(total))


def torch_model():
    import torch
    from torch import nn

    class NeuMF(nn.Module):
        def __init__(self, n_users=10, n_items=12, k=6):
            super().__init__()
            self.user_factors = nn.Embedding(n_users, k)
            self.item_factors = nn.Embedding(n_items, k)
            self.user_bias = nn.Embedding(n_users, 1)
            self.item_bias = nn.Embedding(n_items, 1)
            self.deep = nn.Sequential(nn.Linear(2 * k, 7), nn.ReLU(), nn.Linear(7, 1))

        def forward(self, user, item):
            user, item = user[:, 0], item[:, 0]
            u, i = self.user_factors(user), self.item_factors(item)
            b_u, _ = self.user_bias(user), self.item_bias(item)
            dot = torch.einsum("bk,bk->b", u, i).unsqueeze(1)
            return torch.sigmoid(dot + self.deep(torch.cat([u, i], 1)) + b_u)

    return NeuMF()
