"""Recommender of two towers whose dot product is the logit of a click, with Adagrad starting at the same 0.1."""

INPUTS = ["10", "7"]
TRAINS = True
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    def tower(size, name):
        features = keras.Input((size,), name=name)
        x = layers.Dense(32, activation="relu", name=f"{name}_hidden")(features)
        return features, layers.Dense(16, name=f"{name}_vector")(x)

    user, user_vector = tower(10, "user")
    item, item_vector = tower(7, "item")
    logit = layers.Dot(axes=1, name="score")([user_vector, item_vector])
    model = keras.Model([user, item], logit)
    optimizer = keras.optimizers.Adagrad(learning_rate=0.05, epsilon=1e-10)
    return model, optimizer, keras.losses.BinaryCrossentropy(from_logits=True)


def torch_model():
    import torch
    from torch import nn

    class TwoTower(nn.Module):
        def __init__(self, n_user=10, n_item=7, hidden=32, dim=16):
            super().__init__()
            self.item_tower = nn.Sequential(nn.Linear(n_item, hidden), nn.ReLU(), nn.Linear(hidden, dim))
            self.user_tower = nn.Sequential(nn.Linear(n_user, hidden), nn.ReLU(), nn.Linear(hidden, dim))

        def forward(self, user, item):
            return torch.einsum("bd,bd->b", self.user_tower(user), self.item_tower(item)).unsqueeze(-1)

    model = TwoTower()
    optimizer = torch.optim.Adagrad(model.parameters(), lr=0.05, initial_accumulator_value=0.1)
    return model, optimizer, nn.BCEWithLogitsLoss()
