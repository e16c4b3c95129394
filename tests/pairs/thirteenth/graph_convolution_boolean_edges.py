"""Graph convolution over small molecules: node features, a boolean matrix of edges and a boolean mask of real nodes are
inputs, the normalised adjacency is made in the model; one kernel per relation to itself and to neighbours.
"""

INPUTS = ("9x6", "9x9:bool", "9:bool")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class Propagation(layers.Layer):
        def call(self, edges, real):
            edges = ops.logical_or(edges, ops.transpose(edges, (0, 2, 1)))
            both = ops.logical_and(ops.expand_dims(real, 1), ops.expand_dims(real, 2))
            a = ops.cast(ops.logical_and(edges, both), self.compute_dtype)
            a = ops.maximum(a, ops.eye(a.shape[-1], dtype=a.dtype))
            root = ops.rsqrt(ops.sum(a, axis=-1))
            return ops.einsum("bi,bij,bj->bij", root, a, root)

    class GraphConv(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.neighbours = layers.Dense(units, name="neighbours")
            self.itself = layers.Dense(units, use_bias=False, name="itself")

        def call(self, nodes, propagation):
            return ops.relu(self.neighbours(ops.matmul(propagation, nodes)) + self.itself(nodes))

    class MaskedMean(layers.Layer):
        def call(self, nodes, real):
            weight = ops.cast(ops.expand_dims(real, -1), nodes.dtype)
            return ops.sum(nodes * weight, axis=1) / ops.maximum(ops.sum(weight, axis=1), 1)

    nodes = keras.Input((9, 6), name="nodes")
    edges = keras.Input((9, 9), dtype="bool", name="edges")
    real = keras.Input((9,), dtype="bool", name="real")
    propagation = Propagation(name="propagation")(edges, real)
    x = GraphConv(16, name="graph_1")(nodes, propagation)
    x = GraphConv(16, name="graph_2")(x, propagation)
    x = MaskedMean(name="pool")(x, real)
    return keras.Model([nodes, edges, real], layers.Dense(2, name="property")(x))


def torch_model():
    import torch
    from torch import nn

    class GCNLayer(nn.Module):
        def __init__(self, n_in, n_out):
            super().__init__()
            self.root = nn.Parameter(torch.empty(n_in, n_out))
            self.weight = nn.Parameter(torch.empty(n_in, n_out))
            self.bias = nn.Parameter(torch.zeros(n_out))
            nn.init.xavier_uniform_(self.root)
            nn.init.xavier_uniform_(self.weight)

        def forward(self, x, adj):
            return torch.bmm(adj, x @ self.weight) + x @ self.root + self.bias

    class MoleculeNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.convs = nn.ModuleList([GCNLayer(6, 16), GCNLayer(16, 16)])
            self.readout = nn.Linear(16, 2)

        def forward(self, x, adj, mask):
            adj = (adj | adj.mT) & mask[:, None, :] & mask[:, :, None]
            adj = adj | torch.eye(adj.shape[-1], dtype=torch.bool, device=adj.device)
            adj = adj.to(x.dtype)
            d = adj.sum(1).pow(-0.5)
            adj = d.unsqueeze(2) * adj * d.unsqueeze(1)
            for conv in self.convs:
                x = conv(x, adj).relu()
            x = x.masked_fill(~mask.unsqueeze(-1), 0).sum(1)
            return self.readout(x / mask.sum(1, keepdim=True).clamp(min=1))

    return MoleculeNet()
