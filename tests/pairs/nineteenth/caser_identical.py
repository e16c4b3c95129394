"""Caser, a recommender that reads the last items as a picture with tall and wide convolutions, and scores
candidate items by rows of two tables.
"""

INPUTS = ("5:int32", "1:int32", "3:int32")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    items, users, dims, length, n_v, n_h = 40, 20, 8, 5, 4, 6

    class Score(layers.Layer):
        def call(self, x, w, b):
            return ops.einsum("bd,bnd->bn", x, w) + b[..., 0]

    past = keras.Input((length,), dtype="int32", name="past")
    user = keras.Input((1,), dtype="int32", name="user")
    candidates = keras.Input((3,), dtype="int32", name="candidates")
    picture = layers.Reshape((length, dims, 1))(layers.Embedding(items, dims, name="items")(past))
    vertical = layers.Conv2D(n_v, (length, 1), name="vertical")(picture)
    found = [layers.Flatten(name="vertical_flat")(layers.Permute((3, 1, 2))(vertical))]
    for height in range(1, length + 1):
        x = layers.Conv2D(n_h, (height, dims), activation="relu", name=f"horizontal_{height}")(picture)
        found.append(layers.GlobalMaxPooling2D(name=f"max_{height}")(x))
    x = layers.Dropout(0.5)(layers.Concatenate(name="found")(found))
    z = layers.Dense(dims, activation="relu", name="sequence")(x)
    x = layers.Concatenate(name="with_user")([z, layers.Flatten()(layers.Embedding(users, dims, name="users")(user))])
    w = layers.Embedding(items, 2 * dims, name="item_weights")(candidates)
    b = layers.Embedding(items, 1, name="item_biases")(candidates)
    return keras.Model([past, user, candidates], Score(name="score")(x, w, b))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Caser(nn.Module):
        def __init__(self, num_users=20, num_items=40, dims=8, L=5, n_h=6, n_v=4):
            super().__init__()
            self.user_embeddings = nn.Embedding(num_users, dims)
            self.item_embeddings = nn.Embedding(num_items, dims)
            self.conv_v = nn.Conv2d(1, n_v, (L, 1))
            self.conv_h = nn.ModuleList([nn.Conv2d(1, n_h, (i + 1, dims)) for i in range(L)])
            self.fc1_dim_v = n_v * dims
            self.fc1 = nn.Linear(self.fc1_dim_v + n_h * L, dims)
            self.W2 = nn.Embedding(num_items, dims + dims)
            self.b2 = nn.Embedding(num_items, 1)
            self.dropout = nn.Dropout(0.5)

        def forward(self, seq_var, user_var, item_var):
            item_embs = self.item_embeddings(seq_var).unsqueeze(1)
            user_emb = self.user_embeddings(user_var).squeeze(1)
            out_v = self.conv_v(item_embs).view(-1, self.fc1_dim_v)
            out_hs = []
            for conv in self.conv_h:
                conv_out = F.relu(conv(item_embs).squeeze(3))
                out_hs.append(F.max_pool1d(conv_out, conv_out.size(2)).squeeze(2))
            out = self.dropout(torch.cat([out_v, torch.cat(out_hs, 1)], 1))
            x = torch.cat([F.relu(self.fc1(out)), user_emb], 1)
            return torch.baddbmm(self.b2(item_var), self.W2(item_var), x.unsqueeze(2)).squeeze(2)

    return Caser()
