"""Neural collaborative filtering: the product of two embeddings beside a small MLP, a sigmoid at the end. Both sides
train with binary cross-entropy and SGD, and the PyTorch one learns more slowly.
"""

INPUTS = ("1:int32", "1:int32")
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["softmax-twice", "loss-other"], "keras": ["loss"], "torch": ["loss"]}],
}
TRAINS = True


def keras_model():
    import keras
    from keras import layers

    users = keras.Input((1,), dtype="int32", name="user")
    items = keras.Input((1,), dtype="int32", name="item")

    def look_up(ids, width, name):
        return layers.Flatten(name=f"{name}_flat")(layers.Embedding(50, width, name=name)(ids))

    gmf = layers.Multiply(name="gmf")([look_up(users, 6, "user_gmf"), look_up(items, 6, "item_gmf")])
    mlp = layers.Concatenate(name="pair")([look_up(users, 8, "user_mlp"), look_up(items, 8, "item_mlp")])
    for i, width in enumerate((12, 7)):
        mlp = layers.Dense(width, activation="relu", name=f"mlp_{i}")(mlp)
    score = layers.Dense(1, activation="sigmoid", name="score")(layers.Concatenate(name="both")([gmf, mlp]))
    model = keras.Model([users, items], score)
    return model, keras.optimizers.SGD(learning_rate=0.05), keras.losses.BinaryCrossentropy()


def torch_model():
    import torch
    from torch import nn

    class NeuMF(nn.Module):
        def __init__(self, num_users=50, num_items=50):
            super().__init__()
            self.embedding_user_mlp = nn.Embedding(num_users, 8)
            self.embedding_item_mlp = nn.Embedding(num_items, 8)
            self.embedding_user_mf = nn.Embedding(num_users, 6)
            self.embedding_item_mf = nn.Embedding(num_items, 6)
            self.fc_layers = nn.Sequential(nn.Linear(16, 12), nn.ReLU(), nn.Linear(12, 7), nn.ReLU())
            self.affine_output = nn.Linear(13, 1)
            self.logistic = nn.Sigmoid()

        def forward(self, user, item):
            user, item = user.squeeze(1), item.squeeze(1)
            mlp = torch.cat([self.embedding_user_mlp(user), self.embedding_item_mlp(item)], dim=-1)
            mf = self.embedding_user_mf(user) * self.embedding_item_mf(item)
            return self.logistic(self.affine_output(torch.cat([mf, self.fc_layers(mlp)], dim=-1)))

    model = NeuMF()
    return model, torch.optim.SGD(model.parameters(), lr=0.05), nn.BCEWithLogitsLoss()
