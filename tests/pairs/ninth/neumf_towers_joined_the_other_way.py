"""Neural matrix factorisation, user and item ids. Keras as in the authors' code, PyTorch as in a popular port of it."""

INPUTS = ("1:int32", "1:int32")
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["concat-order"], "keras": ["neumf", "prediction"], "torch": ["cat*", "affine_output", ""]},
    ],
}


def keras_model():
    from keras import Input, Model
    from keras.layers import Concatenate, Dense, Embedding, Flatten, Multiply

    user, item = Input((1,), dtype="int32", name="user"), Input((1,), dtype="int32", name="item")
    users, items = 25, 30
    mf_user = Flatten()(Embedding(users, 8, name="mf_user")(user))
    mf_item = Flatten()(Embedding(items, 8, name="mf_item")(item))
    mf = Multiply(name="gmf")([mf_user, mf_item])
    mlp_user = Flatten()(Embedding(users, 10, name="mlp_user")(user))
    mlp_item = Flatten()(Embedding(items, 10, name="mlp_item")(item))
    mlp = Concatenate(name="mlp_input")([mlp_user, mlp_item])
    for i, width in enumerate((16, 8)):
        mlp = Dense(width, activation="relu", name=f"mlp_{i}")(mlp)
    both = Concatenate(name="neumf")([mf, mlp])
    return Model([user, item], Dense(1, activation="sigmoid", name="prediction")(both))


def torch_model():
    import torch
    from torch import nn

    class NeuMF(nn.Module):
        def __init__(self, num_users=25, num_items=30, dim_mf=8, layers=(20, 16, 8)):
            super().__init__()
            self.embedding_user_mlp = nn.Embedding(num_users, layers[0] // 2)
            self.embedding_item_mlp = nn.Embedding(num_items, layers[0] // 2)
            self.embedding_user_mf = nn.Embedding(num_users, dim_mf)
            self.embedding_item_mf = nn.Embedding(num_items, dim_mf)
            self.fc_layers = nn.ModuleList()
            for in_size, out_size in zip(layers[:-1], layers[1:], strict=True):
                self.fc_layers.append(nn.Linear(in_size, out_size))
            self.affine_output = nn.Linear(layers[-1] + dim_mf, 1)
            self.logistic = nn.Sigmoid()

        def forward(self, user_indices, item_indices):
            user, item = user_indices.squeeze(1), item_indices.squeeze(1)
            mlp = torch.cat([self.embedding_user_mlp(user), self.embedding_item_mlp(item)], dim=-1)
            mf = torch.mul(self.embedding_user_mf(user), self.embedding_item_mf(item))
            for layer in self.fc_layers:
                mlp = torch.relu(layer(mlp))
            return self.logistic(self.affine_output(torch.cat([mlp, mf], dim=-1)))

    return NeuMF()
