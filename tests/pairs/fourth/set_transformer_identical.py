"""Set Transformer (ISAB, pooling by seeds). The reference code folds the heads into the batch; mine uses einsum."""

INPUTS = ("7x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class MAB(layers.Layer):
        def __init__(self, dim, heads, **kwargs):
            super().__init__(**kwargs)
            self.dim, self.heads = dim, heads
            self.q, self.k, self.v, self.o = (layers.Dense(dim, name=n) for n in ("q", "k", "v", "o"))
            self.ln0 = layers.LayerNormalization(epsilon=1e-5, name="ln0")
            self.ln1 = layers.LayerNormalization(epsilon=1e-5, name="ln1")

        def heads_of(self, x):
            return ops.reshape(x, (ops.shape(x)[0], -1, self.heads, self.dim // self.heads))

        def call(self, queries, keys):
            q, k, v = self.heads_of(self.q(queries)), self.heads_of(self.k(keys)), self.heads_of(self.v(keys))
            scores = ops.einsum("bqhd,bkhd->bhqk", q, k) / self.dim**0.5  # of the whole width, as in the paper's code
            h = q + ops.einsum("bhqk,bkhd->bqhd", ops.softmax(scores), v)
            h = self.ln0(ops.reshape(h, (ops.shape(h)[0], -1, self.dim)))
            return self.ln1(h + ops.relu(self.o(h)))

    class Seeds(layers.Layer):
        def __init__(self, number, dim, **kwargs):
            super().__init__(**kwargs)
            self.table = self.add_weight(shape=(1, number, dim), initializer="glorot_uniform", name="table")

        def call(self, like):
            return ops.repeat(self.table, ops.shape(like)[0], axis=0)

    points = keras.Input((7, 3), name="points")
    inducing = MAB(8, 2, name="isab_0")(Seeds(4, 8, name="inducing")(points), points)
    x = MAB(8, 2, name="isab_1")(points, inducing)
    x = MAB(8, 2, name="pma")(Seeds(2, 8, name="seeds")(x), x)
    x = layers.Dense(5, name="out")(x)
    return keras.Model(points, x)


def torch_model():
    import math

    import torch
    import torch.nn.functional as F
    from torch import nn

    class MAB(nn.Module):
        def __init__(self, dim_q, dim_k, dim_v, num_heads):
            super().__init__()
            self.dim_v = dim_v
            self.num_heads = num_heads
            self.fc_q = nn.Linear(dim_q, dim_v)
            self.fc_k = nn.Linear(dim_k, dim_v)
            self.fc_v = nn.Linear(dim_k, dim_v)
            self.ln0 = nn.LayerNorm(dim_v)
            self.ln1 = nn.LayerNorm(dim_v)
            self.fc_o = nn.Linear(dim_v, dim_v)

        def forward(self, q, k):
            q = self.fc_q(q)
            k, v = self.fc_k(k), self.fc_v(k)
            dim_split = self.dim_v // self.num_heads
            q_ = torch.cat(q.split(dim_split, 2), 0)
            k_ = torch.cat(k.split(dim_split, 2), 0)
            v_ = torch.cat(v.split(dim_split, 2), 0)
            a = torch.softmax(q_.bmm(k_.transpose(1, 2)) / math.sqrt(self.dim_v), 2)
            o = torch.cat((q_ + a.bmm(v_)).split(q.size(0), 0), 2)
            o = self.ln0(o)
            return self.ln1(o + F.relu(self.fc_o(o)))

    class ISAB(nn.Module):
        def __init__(self, dim_in, dim_out, num_heads, num_inds):
            super().__init__()
            self.I = nn.Parameter(torch.empty(1, num_inds, dim_out))
            nn.init.xavier_uniform_(self.I)
            self.mab0 = MAB(dim_out, dim_in, dim_out, num_heads)
            self.mab1 = MAB(dim_in, dim_out, dim_out, num_heads)

        def forward(self, x):
            return self.mab1(x, self.mab0(self.I.repeat(x.size(0), 1, 1), x))

    class PMA(nn.Module):
        def __init__(self, dim, num_heads, num_seeds):
            super().__init__()
            self.S = nn.Parameter(torch.empty(1, num_seeds, dim))
            nn.init.xavier_uniform_(self.S)
            self.mab = MAB(dim, dim, dim, num_heads)

        def forward(self, x):
            return self.mab(self.S.repeat(x.size(0), 1, 1), x)

    return nn.Sequential(ISAB(3, 8, 2, 4), PMA(8, 2, 2), nn.Linear(8, 5))
