"""Click prediction with pairwise dot products of the feature vectors (a small DLRM): each pair is kept once, from
below the diagonal in Keras and from above it in PyTorch.
"""

INPUTS = ("6", "4:int32")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["concat-order", "flatten-order", "reshape-order", "split-order", "wiring-other", "permute-axes"],
            "keras": ["pairs", "pairs/*", "top_in", "top_0"],
            "torch": ["interact*", "getitem*", "index*", "triu_indices*", "cat*", "top.0", "top_l.0", "bmm*", ""],
        }
    ],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    class DotPairs(layers.Layer):
        def call(self, vectors):
            stacked = ops.stack(vectors, axis=1)
            scores = ops.matmul(stacked, ops.transpose(stacked, (0, 2, 1)))
            n = len(vectors)
            rows, columns = np.tril_indices(n, k=-1)
            return ops.take(ops.reshape(scores, (-1, n * n)), rows * n + columns, axis=1)

    numbers = keras.Input((6,), name="numbers")
    fields = keras.Input((4,), dtype="int32", name="fields")
    dense = layers.Dense(16, activation="relu", name="bottom_0")(numbers)
    dense = layers.Dense(8, activation="relu", name="bottom_1")(dense)
    vectors = [dense]
    for i in range(4):
        vectors.append(layers.Embedding(30, 8, name=f"field_{i}")(fields[:, i]))
    x = layers.Concatenate(name="top_in")([dense, DotPairs(name="pairs")(vectors)])
    x = layers.Dense(16, activation="relu", name="top_0")(x)
    return keras.Model([numbers, fields], layers.Dense(1, activation="sigmoid", name="click")(x))


def torch_model():
    import torch
    from torch import nn

    class DLRM(nn.Module):
        def __init__(self, m=8, fields=4, rows=30):
            super().__init__()
            self.emb_l = nn.ModuleList(nn.Embedding(rows, m) for _ in range(fields))
            self.bot_l = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, m), nn.ReLU())
            n = fields + 1
            self.top_l = nn.Sequential(nn.Linear(m + n * (n - 1) // 2, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid())

        def interact_features(self, x, ly):
            t = torch.stack([x, *ly], dim=1)
            z = torch.bmm(t, t.transpose(1, 2))
            i, j = torch.triu_indices(t.size(1), t.size(1), offset=1)
            return torch.cat([x, z[:, i, j]], dim=1)

        def forward(self, dense_x, sparse_x):
            x = self.bot_l(dense_x)
            ly = [emb(sparse_x[:, k]) for k, emb in enumerate(self.emb_l)]
            return self.top_l(self.interact_features(x, ly))

    return DLRM()
