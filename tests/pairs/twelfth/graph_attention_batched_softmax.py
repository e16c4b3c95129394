"""I took a graph attention layer that was written for one graph and fed it batches; the Keras model learns molecules in
a few epochs and the PyTorch one, with the same weights, gives other node features.
"""

INPUTS = ("7x5", "7x7")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["softmax-axis"],
            "keras": ["gat_0", "gat_0/*", "gat_1", "gat_1/*"],
            "torch": ["attentions", "attentions.*", "out_att", "softmax*", "matmul*", "bmm*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class GraphAttention(layers.Layer):
        def __init__(self, units, heads, concat=True, **kwargs):
            super().__init__(**kwargs)
            self.concat = concat
            self.project = [layers.Dense(units, use_bias=False, name=f"project_{i}") for i in range(heads)]
            self.here = [layers.Dense(1, use_bias=False, name=f"here_{i}") for i in range(heads)]
            self.there = [layers.Dense(1, use_bias=False, name=f"there_{i}") for i in range(heads)]

        def call(self, inputs):
            x, adjacency = inputs
            heads = []
            for project, here, there in zip(self.project, self.here, self.there, strict=True):
                h = project(x)
                scores = here(h) + ops.transpose(there(h), (0, 2, 1))
                scores = ops.maximum(scores, 0.25 * scores)
                scores = ops.where(adjacency > 0, scores, -1e9)
                heads.append(ops.matmul(ops.softmax(scores, axis=-1), h))
            return ops.concatenate(heads, axis=-1) if self.concat else sum(heads) / len(heads)

    nodes, edges = keras.Input((7, 5), name="nodes"), keras.Input((7, 7), name="edges")
    x = GraphAttention(6, heads=2, name="gat_0")([nodes, edges])
    x = layers.Activation("elu", name="elu")(x)
    x = GraphAttention(8, heads=1, concat=False, name="gat_1")([x, edges])
    x = layers.GlobalAveragePooling1D(name="read_out")(x)
    return keras.Model([nodes, edges], layers.Dense(3, name="property")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class GraphAttentionLayer(nn.Module):
        def __init__(self, in_features, out_features, alpha=0.25):
            super().__init__()
            self.alpha = alpha
            self.W = nn.Linear(in_features, out_features, bias=False)
            self.a_src = nn.Linear(out_features, 1, bias=False)
            self.a_dst = nn.Linear(out_features, 1, bias=False)

        def forward(self, h, adj):
            Wh = self.W(h)
            e = F.leaky_relu(self.a_src(Wh) + self.a_dst(Wh).mT, self.alpha)
            attention = e.masked_fill(adj <= 0, -1e9)
            attention = F.softmax(attention, dim=1)
            return torch.matmul(attention, Wh)

    class GAT(nn.Module):
        def __init__(self, nfeat=5, nhid=6, nheads=2, nout=8, ntarget=3):
            super().__init__()
            self.attentions = nn.ModuleList([GraphAttentionLayer(nfeat, nhid) for _ in range(nheads)])
            self.out_att = GraphAttentionLayer(nhid * nheads, nout)
            self.fc = nn.Linear(nout, ntarget)

        def forward(self, x, adj):
            x = torch.cat([att(x, adj) for att in self.attentions], dim=-1)
            x = self.out_att(F.elu(x), adj)
            return self.fc(x.mean(dim=1))

    return GAT()
