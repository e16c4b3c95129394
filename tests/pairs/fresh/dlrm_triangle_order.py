"""DLRM: dot products of all pairs, Keras reads the upper triangle row by row, the original the lower one."""

INPUTS = ("6", "3:int32")
TRUTH = {
    "identical": False,
    "causes": [
        {
            # the same six products, listed in another order
            "rules": ["reshape-order", "wiring-other", "concat-order", "permute-axes"],
            "keras": ["pairs", "join", "top_0"],
            "torch": ["*getitem*", "index*", "cat*", "top_l.0", ""],
        }
    ],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    class Pairs(layers.Layer):
        def call(self, vectors):
            t = ops.stack(vectors, axis=1)
            z = ops.matmul(t, ops.transpose(t, (0, 2, 1)))
            n = len(vectors)
            rows, columns = np.triu_indices(n, k=1)
            return ops.take(ops.reshape(z, (-1, n * n)), ops.convert_to_tensor(rows * n + columns), axis=1)

        def compute_output_shape(self, shapes):
            return (shapes[0][0], len(shapes) * (len(shapes) - 1) // 2)

    dense = keras.Input((6,), name="dense")
    ids = keras.Input((3,), dtype="int32", name="ids")
    x = layers.Dense(12, activation="relu", name="bottom_0")(dense)
    x = layers.Dense(8, activation="relu", name="bottom_1")(x)
    vectors = [x] + [layers.Embedding(16, 8, name=f"table_{i}")(ids[:, i]) for i in range(3)]
    y = layers.Concatenate(name="join")([x, Pairs(name="pairs")(vectors)])
    y = layers.Dense(10, activation="relu", name="top_0")(y)
    return keras.Model([dense, ids], layers.Dense(1, activation="sigmoid", name="top_1")(y))


def torch_model():
    import torch
    from torch import nn

    class DLRM_Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.emb_l = nn.ModuleList([nn.Embedding(16, 8) for _ in range(3)])
            self.bot_l = self.create_mlp([6, 12, 8])
            self.top_l = self.create_mlp([14, 10, 1], sigmoid_layer=1)

        @staticmethod
        def create_mlp(ln, sigmoid_layer=-1):
            layers = []
            for i in range(len(ln) - 1):
                layers.append(nn.Linear(ln[i], ln[i + 1]))
                layers.append(nn.Sigmoid() if i == sigmoid_layer else nn.ReLU())
            return nn.Sequential(*layers)

        @staticmethod
        def interact_features(x, ly):
            (batch_size, d) = x.shape
            T = torch.cat([x, *ly], dim=1).view((batch_size, -1, d))
            Z = torch.bmm(T, torch.transpose(T, 1, 2))
            _, ni, nj = Z.shape
            li = torch.tensor([i for i in range(ni) for j in range(i)])
            lj = torch.tensor([j for i in range(nj) for j in range(i)])
            return torch.cat([x, Z[:, li, lj]], dim=1)

        def forward(self, dense_x, lS_i):
            x = self.bot_l(dense_x)
            ly = [E(lS_i[:, k]) for k, E in enumerate(self.emb_l)]
            return self.top_l(self.interact_features(x, ly))

    return DLRM_Net()
