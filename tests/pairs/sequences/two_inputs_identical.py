"""Wide and deep: a text and a table enter, a price and a class come out as a dict."""

INPUTS = ("6:int32", "5")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    words = keras.Input((6,), dtype="int32", name="words")
    table = keras.Input((5,), name="table")
    left = layers.Flatten()(layers.Embedding(12, 4)(words))
    right = layers.Dense(8, activation="elu")(table)
    x = layers.Concatenate(name="join")([left, right])
    x = layers.Dense(10, activation="tanh")(x)
    price = layers.Dense(1, name="price")(x)
    kind = layers.Dense(4, activation="softmax", name="kind")(x)
    return keras.Model([words, table], {"price": price, "kind": kind})


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class WideAndDeep(nn.Module):
        def __init__(self):
            super().__init__()
            self.emb = nn.Embedding(12, 4)
            self.table_fc = nn.Linear(5, 8)
            self.shared = nn.Linear(32, 10)
            self.heads = nn.ModuleDict({"price": nn.Linear(10, 1), "kind": nn.Linear(10, 4)})

        def forward(self, words, table):
            left = self.emb(words).flatten(1)
            right = F.elu(self.table_fc(table))
            x = torch.tanh(self.shared(torch.cat([left, right], -1)))
            return {"price": self.heads["price"](x), "kind": F.softmax(self.heads["kind"](x), -1)}

    return WideAndDeep()
