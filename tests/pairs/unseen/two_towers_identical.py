"""Two-tower retrieval: user tower and item tower of the same sizes, cosine of the two vectors."""

INPUTS = ("6", "6")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    def tower(name):
        return keras.Sequential([layers.Dense(8, activation="relu"), layers.Dense(4)], name=name)

    user = keras.Input((6,), name="user")
    item = keras.Input((6,), name="item")
    score = layers.Dot(axes=1)([tower("user_tower")(user), tower("item_tower")(item)])
    return keras.Model([user, item], score)


def torch_model():
    import torch
    from torch import nn

    class TwoTower(nn.Module):
        def __init__(self):
            super().__init__()
            self.user_tower = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 4))
            self.item_tower = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 4))

        def forward(self, user, item):
            v = self.item_tower(item)
            u = self.user_tower(user)
            return torch.einsum("bd,bd->b", u, v).unsqueeze(-1)

    return TwoTower()
