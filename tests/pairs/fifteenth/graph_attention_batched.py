"""Graph attention network, two layers with heads: the PyTorch code was written for one graph and later given a batch of
graphs; it runs, and classes are hardly better than chance.
"""

INPUTS = ("7x6", "7x7")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["softmax-axis"],
            "keras": ["head_*", "out_head", "softmax*"],
            "torch": ["attentions", "attentions.*", "out_att", "softmax*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class GraphAttentionHead(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.transform = layers.Dense(units, use_bias=False, name="transform")
            self.own = layers.Dense(1, use_bias=False, name="own")
            self.other = layers.Dense(1, use_bias=False, name="other")

        def call(self, x, edges):
            x = self.transform(x)
            scores = self.own(x) + ops.transpose(self.other(x), (0, 2, 1))
            scores = ops.leaky_relu(scores, negative_slope=0.25)
            linked = ops.logical_or(edges > 0, ops.eye(edges.shape[-1], dtype="bool"))
            scores = ops.where(linked, scores, -1e9)
            return ops.matmul(ops.softmax(scores, axis=-1), x)

    nodes = keras.Input((7, 6), name="nodes")
    edges = keras.Input((7, 7), name="edges")
    x = layers.Dropout(0.3)(nodes)
    heads = [GraphAttentionHead(5, name=f"head_{i}")(x, edges) for i in range(3)]
    x = layers.Concatenate(name="heads")([layers.ELU()(head) for head in heads])
    x = layers.Dropout(0.3)(x)
    x = GraphAttentionHead(4, name="out_head")(x, edges)
    return keras.Model([nodes, edges], layers.Activation("elu", name="out_elu")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class GraphAttentionLayer(nn.Module):
        def __init__(self, in_features, out_features, alpha, concat=True):
            super().__init__()
            self.alpha, self.concat = alpha, concat
            self.W = nn.Linear(in_features, out_features, bias=False)
            self.a1 = nn.Linear(out_features, 1, bias=False)
            self.a2 = nn.Linear(out_features, 1, bias=False)

        def forward(self, h, adj):
            z = self.W(h)
            e = F.leaky_relu(self.a1(z) + self.a2(z).mT, self.alpha)
            linked = (adj > 0) | torch.eye(adj.size(-1), dtype=torch.bool, device=adj.device)
            attention = F.softmax(e.masked_fill(~linked, -1e9), dim=1)
            h_prime = attention @ z
            return F.elu(h_prime) if self.concat else h_prime

    class GAT(nn.Module):
        def __init__(self):
            super().__init__()
            self.dropout = 0.3
            self.attentions = nn.ModuleList(GraphAttentionLayer(6, 5, 0.25) for _ in range(3))
            self.out_att = GraphAttentionLayer(15, 4, 0.25, concat=False)

        def forward(self, x, adj):
            x = F.dropout(x, self.dropout, training=self.training)
            x = torch.cat([att(x, adj) for att in self.attentions], dim=-1)
            x = F.dropout(x, self.dropout, training=self.training)
            return F.elu(self.out_att(x, adj))

    return GAT()
