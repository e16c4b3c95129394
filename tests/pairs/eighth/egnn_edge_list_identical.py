"""E(n)-equivariant layer, twice: PyTorch walks over an edge list and adds up by index as in the authors' repository,
Keras over all pairs with the diagonal taken out. Features and coordinates come out.
"""

INPUTS = ("5x4", "5x3")
TRUTH = {"identical": True}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    class EquivariantPairs(layers.Layer):
        def __init__(self, width, **kwargs):
            super().__init__(**kwargs)
            self.edge_in = layers.Dense(width, activation="silu", name="edge_in")
            self.edge_out = layers.Dense(width, activation="silu", name="edge_out")
            self.shift_in = layers.Dense(width, activation="silu", name="shift_in")
            self.shift_out = layers.Dense(1, use_bias=False, name="shift_out")
            self.node_in = layers.Dense(width, activation="silu", name="node_in")
            self.node_out = layers.Dense(width, name="node_out")

        def call(self, h, x):
            n = x.shape[1]
            others = ops.convert_to_tensor((1 - np.eye(n))[None, :, :, None], dtype=x.dtype)
            between = ops.expand_dims(x, 2) - ops.expand_dims(x, 1)  # from j to i
            squared = ops.sum(between * between, axis=-1, keepdims=True)
            left = ops.tile(ops.expand_dims(h, 2), (1, 1, n, 1))
            right = ops.tile(ops.expand_dims(h, 1), (1, n, 1, 1))
            m = self.edge_out(self.edge_in(ops.concatenate([left, right, squared], axis=-1)))
            x = x + ops.sum(between * self.shift_out(self.shift_in(m)) * others, axis=2) / (n - 1)
            m = ops.sum(m * others, axis=2)
            return h + self.node_out(self.node_in(ops.concatenate([h, m], axis=-1))), x

    features = keras.Input((5, 4), name="a_features")
    places = x = keras.Input((5, 3), name="b_places")
    h = layers.Dense(12, name="embedding")(features)
    for i in range(2):
        h, x = EquivariantPairs(12, name=f"layer_{i}")(h, x)
    return keras.Model([features, places], [layers.Dense(3, name="out")(h), x])


def torch_model():
    import torch
    from torch import nn

    def unsorted_segment_sum(data, index, nodes):
        result = data.new_zeros(data.shape[0], nodes, data.shape[2])
        return result.index_add(1, index, data)

    class EGCL(nn.Module):
        def __init__(self, nf):
            super().__init__()
            self.edge_mlp = nn.Sequential(nn.Linear(2 * nf + 1, nf), nn.SiLU(), nn.Linear(nf, nf), nn.SiLU())
            self.node_mlp = nn.Sequential(nn.Linear(2 * nf, nf), nn.SiLU(), nn.Linear(nf, nf))
            self.coord_mlp = nn.Sequential(nn.Linear(nf, nf), nn.SiLU(), nn.Linear(nf, 1, bias=False))

        def forward(self, h, coord, row, col):
            n = coord.shape[1]
            coord_diff = coord[:, row] - coord[:, col]
            radial = coord_diff.pow(2).sum(2, keepdim=True)
            edge_feat = self.edge_mlp(torch.cat([h[:, row], h[:, col], radial], dim=2))
            agg = unsorted_segment_sum(coord_diff * self.coord_mlp(edge_feat), row, n)
            coord = coord + agg / (n - 1)
            agg = unsorted_segment_sum(edge_feat, row, n)
            return h + self.node_mlp(torch.cat([h, agg], dim=2)), coord

    class EGNN(nn.Module):
        def __init__(self, in_node_nf=4, hidden_nf=12, out_node_nf=3, n_layers=2, n_nodes=5):
            super().__init__()
            pairs = [(i, j) for i in range(n_nodes) for j in range(n_nodes) if i != j]
            self.register_buffer("row", torch.tensor([i for i, _ in pairs]), persistent=False)
            self.register_buffer("col", torch.tensor([j for _, j in pairs]), persistent=False)
            self.embedding_in = nn.Linear(in_node_nf, hidden_nf)
            self.embedding_out = nn.Linear(hidden_nf, out_node_nf)
            self.n_layers = n_layers
            for i in range(n_layers):
                self.add_module("gcl_%d" % i, EGCL(hidden_nf))

        def forward(self, h, x):
            h = self.embedding_in(h)
            for i in range(self.n_layers):
                h, x = self._modules["gcl_%d" % i](h, x, self.row, self.col)
            return self.embedding_out(h), x

    return EGNN()
