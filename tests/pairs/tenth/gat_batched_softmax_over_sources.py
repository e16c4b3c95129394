"""Graph attention on a fixed road graph, several snapshots in one batch: two heads side by side, then one for the
classes of the nodes. The PyTorch side began as code for a single graph and got its batch axis later.
"""

INPUTS = ("10x6",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["softmax-axis"],
            "keras": ["head_0*", "head_1*", "heads*"],
            "torch": ["attentions", "attentions.*", "softmax*", "*softmax*"],
        }
    ],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    nodes = 10
    edges = [(i, (i + 1) % nodes) for i in range(nodes)] + [(0, 5), (2, 7), (2, 8)]
    linked = np.eye(nodes, dtype=bool)
    for a, b in edges:
        linked[a, b] = linked[b, a] = True

    class GraphAttention(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.kernel = layers.Dense(units, use_bias=False, name="kernel")
            self.own = layers.Dense(1, use_bias=False, name="own")
            self.neighbour = layers.Dense(1, use_bias=False, name="neighbour")

        def call(self, x):
            h = self.kernel(x)
            scores = self.own(h) + ops.swapaxes(self.neighbour(h), 1, 2)
            scores = ops.maximum(scores, 0.2 * scores)
            scores = ops.where(linked, scores, -1e9)
            return ops.matmul(ops.softmax(scores, axis=-1), h)

    features = keras.Input((nodes, 6), name="features")
    x = layers.Concatenate(name="heads")([GraphAttention(5, name=f"head_{i}")(features) for i in range(2)])
    x = layers.Activation("elu", name="heads_elu")(x)
    return keras.Model(features, GraphAttention(3, name="classes")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    def road_graph(size=10):
        adj = torch.eye(size)
        source = [*range(size), 0, 2, 2]
        target = [(i + 1) % size for i in range(size)] + [5, 7, 8]
        adj[source, target] = 1
        adj[target, source] = 1
        return adj

    class GraphAttentionLayer(nn.Module):
        def __init__(self, in_features, out_features, adj):
            super().__init__()
            self.W = nn.Linear(in_features, out_features, bias=False)
            self.a_src = nn.Linear(out_features, 1, bias=False)
            self.a_dst = nn.Linear(out_features, 1, bias=False)
            self.register_buffer("adj", adj, persistent=False)

        def forward(self, h):
            wh = self.W(h)
            e = F.leaky_relu(self.a_src(wh) + self.a_dst(wh).transpose(-2, -1), 0.2)
            attention = e.masked_fill(self.adj == 0, -9e15)
            attention = F.softmax(attention, dim=1)
            return attention @ wh

    class GAT(nn.Module):
        def __init__(self):
            super().__init__()
            adj = road_graph()
            self.attentions = nn.ModuleList(GraphAttentionLayer(6, 5, adj) for _ in range(2))
            self.out_att = GraphAttentionLayer(10, 3, adj)

        def forward(self, x):
            x = torch.cat([att(x) for att in self.attentions], dim=-1)
            return self.out_att(F.elu(x))

    return GAT()
