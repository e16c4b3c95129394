"""Two graph convolutions on a dense adjacency matrix with self loops and symmetric normalisation."""

INPUTS = ("6x5", "6x6")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class GraphConv(layers.Layer):
        def __init__(self, units, activation=None, **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self.activation = keras.activations.get(activation)

        def build(self, input_shape):
            self.kernel = self.add_weight(shape=(input_shape[0][-1], self.units), name="kernel")
            self.bias = self.add_weight(shape=(self.units,), initializer="zeros", name="bias")

        def call(self, inputs):
            x, a = inputs
            return self.activation(ops.matmul(a, ops.matmul(x, self.kernel)) + self.bias)

    def normalise(scores):
        a = ops.sigmoid(0.5 * (scores + ops.transpose(scores, (0, 2, 1))))
        a = a + ops.eye(6, dtype=a.dtype)
        d = ops.power(ops.sum(a, axis=-1), -0.5)
        return a * d[:, :, None] * d[:, None, :]

    nodes = keras.Input((6, 5), name="nodes")
    edges = keras.Input((6, 6), name="edges")
    a = normalise(edges)
    x = GraphConv(8, "relu", name="gc1")([nodes, a])
    x = layers.Dropout(0.5, name="drop")(x)
    x = GraphConv(8, name="gc2")([x, a])
    x = layers.Average(name="readout")([ops.mean(x, axis=1), ops.max(x, axis=1)])
    return keras.Model([nodes, edges], layers.Dense(3, name="classify")(x))


def torch_model():
    import torch
    from torch import nn
    from torch.nn import functional as F

    class GCNLayer(nn.Module):
        def __init__(self, i, o):
            super().__init__()
            self.lin = nn.Linear(i, o, bias=False)
            self.bias = nn.Parameter(torch.zeros(o))

        def forward(self, x, adj):
            # propagate first, project afterwards: the same product
            return self.lin(torch.einsum("bij,bjc->bic", adj, x)) + self.bias

    class GCN(nn.Module):
        def __init__(self):
            super().__init__()
            self.convs = nn.ModuleList([GCNLayer(5, 8), GCNLayer(8, 8)])
            self.out = nn.Linear(8, 3)

        @staticmethod
        def gcn_norm(e):
            adj = torch.sigmoid((e + e.mT) / 2) + torch.eye(e.shape[-1], device=e.device, dtype=e.dtype)
            deg = adj.sum(-1).rsqrt()
            return torch.diag_embed(deg) @ adj @ torch.diag_embed(deg)

        def forward(self, x, e):
            adj = self.gcn_norm(e)
            h = F.dropout(self.convs[0](x, adj).relu(), p=0.5, training=self.training)
            h = self.convs[1](h, adj)
            return self.out((h.mean(1) + h.amax(1)) / 2)

    return GCN()
