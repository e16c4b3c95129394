"""Retrieval with two towers: user and item ids, one feature each, dot product of unit vectors over a temperature. The
port multiplies by it.
"""

INPUTS = ("1:int32", "3", "1:int32", "4")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["scale-other"],
            "keras": ["over_temperature", "cosine"],
            "torch": ["mul*", "sum*", "einsum*", "truediv*", "div*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    def tower(identity, features, vocabulary, name):
        x = layers.Flatten(name=f"{name}_row")(layers.Embedding(vocabulary, 8, name=f"{name}_id")(identity))
        x = layers.Concatenate(name=f"{name}_all")([x, features])
        x = layers.Dense(16, activation="relu", name=f"{name}_hidden")(x)
        return layers.UnitNormalization(name=f"{name}_unit")(layers.Dense(12, name=f"{name}_vector")(x))

    user, history = keras.Input((1,), dtype="int32", name="a_user"), keras.Input((3,), name="b_history")
    item, content = keras.Input((1,), dtype="int32", name="c_item"), keras.Input((4,), name="d_content")
    query, candidate = tower(user, history, 30, "user"), tower(item, content, 45, "item")
    score = layers.Dot(axes=1, name="cosine")([query, candidate])
    score = layers.Rescaling(1 / 0.0625, name="over_temperature")(score)
    return keras.Model([user, history, item, content], score)


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Tower(nn.Module):
        def __init__(self, vocab_size, num_features):
            super().__init__()
            self.id_embedding = nn.Embedding(vocab_size, 8)
            self.mlp = nn.Sequential(nn.Linear(8 + num_features, 16), nn.ReLU(), nn.Linear(16, 12))

        def forward(self, ids, features):
            x = torch.cat([self.id_embedding(ids.squeeze(-1)), features], dim=-1)
            return F.normalize(self.mlp(x), dim=-1)

    class TwoTower(nn.Module):
        temperature = 0.0625

        def __init__(self):
            super().__init__()
            self.query_tower, self.candidate_tower = Tower(30, 3), Tower(45, 4)

        def forward(self, user, history, item, content):
            q, c = self.query_tower(user, history), self.candidate_tower(item, content)
            return torch.sum(q * c, dim=-1, keepdim=True) * self.temperature

    return TwoTower()
