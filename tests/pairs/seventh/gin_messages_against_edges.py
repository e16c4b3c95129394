"""GIN on directed program graphs. adj[i, j] is an edge from i to j, both models get the same adj; one of my two ports
sends its messages the other way.
"""

INPUTS = ("8x5", "8x8")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["permute-axes", "wiring-other", "dense-kernel-transposed"],
            "keras": ["matmul*", "transpose*", "add*", "eps_0", "mlp_0_a", "*"],
            "torch": ["einsum*", "bmm*", "matmul*", "layers.0", "layers.0.*", ""],
        },
        {
            "rules": ["permute-axes", "wiring-other", "dense-kernel-transposed"],
            "keras": ["matmul*", "transpose*", "add*", "eps_1", "mlp_1_a", "*"],
            "torch": ["einsum*", "bmm*", "matmul*", "layers.1", "layers.1.*", ""],
        },
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    nodes = keras.Input((8, 5), name="nodes")
    adj = keras.Input((8, 8), name="adj")
    edges = ops.cast(adj > 0.5, adj.dtype)

    class Epsilon(layers.Layer):
        def build(self, shape):
            self.eps = self.add_weight(shape=(), initializer="zeros", name="eps")

        def call(self, x):
            return (1.0 + self.eps) * x

    x, readout = nodes, []
    for i in range(2):
        arrived = ops.matmul(ops.transpose(edges, (0, 2, 1)), x)
        x = Epsilon(name=f"eps_{i}")(x) + arrived
        x = layers.Dense(12, activation="relu", name=f"mlp_{i}_a")(x)
        x = layers.Dense(10, activation="relu", name=f"mlp_{i}_b")(x)
        readout.append(ops.sum(x, axis=1))
    x = layers.Concatenate()(readout)
    return keras.Model([nodes, adj], layers.Dense(2, name="classes")(x))


def torch_model():
    import torch
    from torch import nn

    class GINLayer(nn.Module):
        def __init__(self, cin, hidden, cout):
            super().__init__()
            self.eps = nn.Parameter(torch.zeros(()))
            self.mlp = nn.Sequential(nn.Linear(cin, hidden), nn.ReLU(), nn.Linear(hidden, cout), nn.ReLU())

        def forward(self, h, adj):
            return self.mlp(h + self.eps * h + torch.einsum("bij,bjf->bif", adj, h))

    class GIN(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = nn.ModuleList([GINLayer(5, 12, 10), GINLayer(10, 12, 10)])
            self.fc = nn.Linear(20, 2)

        def forward(self, h, adj):
            adj, pooled = (adj > 0.5).to(h.dtype), []
            for layer in self.layers:
                h = layer(h, adj)
                pooled.append(h.sum(1))
            return self.fc(torch.cat(pooled, -1))

    return GIN()
