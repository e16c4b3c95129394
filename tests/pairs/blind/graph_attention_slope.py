"""Graph attention on a dense graph: LeakyReLU with 0.2 in Keras, F.leaky_relu with its default in PyTorch."""

INPUTS = ("7x5", "7x7")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["leaky-slope", "activation-parameter"],
            "keras": ["gat_0*", "gat_1*"],
            # "cat" joins the heads: the first value that both sides have
            "torch": ["attentions*", "cat", "out_att*", "leaky_relu*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class GraphAttention(layers.Layer):
        def __init__(self, units, heads, concat=True, **kwargs):
            super().__init__(**kwargs)
            self.units, self.heads, self.concat = units, heads, concat

        def build(self, shapes):
            n_in = shapes[0][-1]
            self.kernel = self.add_weight(shape=(n_in, self.heads, self.units), name="kernel")
            self.from_self = self.add_weight(shape=(self.heads, self.units), name="from_self")
            self.from_other = self.add_weight(shape=(self.heads, self.units), name="from_other")

        def call(self, inputs):
            x, adjacency = inputs
            h = ops.einsum("bni,ihu->bnhu", x, self.kernel)
            left = ops.einsum("bnhu,hu->bhn", h, self.from_self)
            right = ops.einsum("bnhu,hu->bhn", h, self.from_other)
            scores = ops.leaky_relu(left[..., :, None] + right[..., None, :], negative_slope=0.2)
            scores = ops.where(adjacency[:, None] > 0, scores, -9e15)
            out = ops.einsum("bhij,bjhu->bihu", ops.softmax(scores, axis=-1), h)
            if self.concat:
                return ops.elu(ops.reshape(out, (-1, x.shape[1], self.heads * self.units)))
            return ops.mean(out, axis=2)

    nodes = keras.Input((7, 5), name="nodes")
    links = keras.Input((7, 7), name="links")
    adjacency = ops.maximum(links, ops.transpose(links, (0, 2, 1))) + 10.0 * ops.eye(7, dtype=links.dtype)
    x = layers.Dropout(0.6, name="drop_0")(nodes)
    x = GraphAttention(4, 3, name="gat_0")([x, adjacency])
    x = layers.Dropout(0.6, name="drop_1")(x)
    x = GraphAttention(3, 1, concat=False, name="gat_1")([x, adjacency])
    return keras.Model([nodes, links], layers.Softmax(name="classes")(x))


def torch_model():
    import torch
    from torch import nn
    from torch.nn import functional as F

    class GraphAttentionLayer(nn.Module):
        """pyGAT, with a batch axis."""

        def __init__(self, in_features, out_features, concat=True):
            super().__init__()
            self.concat = concat
            self.W = nn.Parameter(nn.init.xavier_uniform_(torch.empty(in_features, out_features), gain=1.414))
            self.a1 = nn.Parameter(nn.init.xavier_uniform_(torch.empty(out_features, 1), gain=1.414))
            self.a2 = nn.Parameter(nn.init.xavier_uniform_(torch.empty(out_features, 1), gain=1.414))

        def forward(self, h, adj):
            wh = h @ self.W
            e = F.leaky_relu(wh @ self.a1 + (wh @ self.a2).mT)
            attention = torch.where(adj > 0, e, torch.full_like(e, -9e15))
            h_prime = torch.matmul(F.softmax(attention, dim=2), wh)
            return F.elu(h_prime) if self.concat else h_prime

    class GAT(nn.Module):
        def __init__(self, nfeat=5, nhid=4, nclass=3, nheads=3):
            super().__init__()
            self.attentions = nn.ModuleList([GraphAttentionLayer(nfeat, nhid) for _ in range(nheads)])
            self.out_att = GraphAttentionLayer(nhid * nheads, nclass, concat=False)

        def forward(self, x, adj):
            adj = torch.maximum(adj, adj.mT) + 10 * torch.eye(adj.size(-1), dtype=adj.dtype, device=adj.device)
            x = F.dropout(x, 0.6, training=self.training)
            x = torch.cat([att(x, adj) for att in self.attentions], dim=-1)
            x = F.dropout(x, 0.6, training=self.training)
            return F.softmax(self.out_att(x, adj), dim=-1)

    return GAT()
