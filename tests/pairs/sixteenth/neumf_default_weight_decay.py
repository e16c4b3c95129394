"""Neural matrix factorisation, trained with AdamW on both sides with the same learning rate; after some epochs the
embeddings of the PyTorch model are clearly smaller.
"""

TRAINS = True
INPUTS = ("1:int32", "1:int32")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["adamw-default-decay"],
            "keras": ["optimizer"],
            "torch": ["optimizer"],
            "visible": False,
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    user = keras.Input((1,), dtype="int32", name="user")
    item = keras.Input((1,), dtype="int32", name="item")

    def look_up(ids, count, width, name):
        return layers.Flatten()(layers.Embedding(count, width, name=name)(ids))

    product = layers.Multiply(name="product")(
        [look_up(user, 40, 8, "user_factors"), look_up(item, 60, 8, "item_factors")]
    )
    x = layers.Concatenate(name="pair")([look_up(user, 40, 12, "user_deep"), look_up(item, 60, 12, "item_deep")])
    for i, width in enumerate((24, 12)):
        x = layers.Dense(width, activation="relu", name=f"deep_{i}")(x)
    x = layers.Concatenate(name="both")([product, x])
    model = keras.Model([user, item], layers.Dense(1, name="score")(x))
    optimizer = keras.optimizers.AdamW(learning_rate=1e-3, epsilon=1e-8)
    return model, optimizer, keras.losses.BinaryCrossentropy(from_logits=True)


def torch_model():
    import torch
    from torch import nn

    class NeuMF(nn.Module):
        def __init__(self, users=40, items=60, mf_dim=8, layers=(24, 12)):
            super().__init__()
            self.mf_user = nn.Embedding(users, mf_dim)
            self.mf_item = nn.Embedding(items, mf_dim)
            self.mlp_user = nn.Embedding(users, layers[0] // 2)
            self.mlp_item = nn.Embedding(items, layers[0] // 2)
            self.mlp = nn.ModuleList()
            width = layers[0]
            for out in layers:
                self.mlp.append(nn.Linear(width, out))
                width = out
            self.predict = nn.Linear(mf_dim + width, 1)

        def forward(self, user, item):
            user, item = user.squeeze(-1), item.squeeze(-1)
            gmf = self.mf_user(user) * self.mf_item(item)
            deep = torch.cat((self.mlp_user(user), self.mlp_item(item)), dim=-1)
            for layer in self.mlp:
                deep = torch.relu(layer(deep))
            return self.predict(torch.cat((gmf, deep), dim=-1))

    model = NeuMF()
    return model, torch.optim.AdamW(model.parameters(), lr=1e-3), nn.BCEWithLogitsLoss()
