"""Graph attention network on a dense adjacency matrix: in PyTorch the two halves of the attention vector are two linear
maps and the heads a ModuleList, in Keras one own layer per head whose leaky slope is written out.
"""

INPUTS = ("8x6", "8x8")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class GraphAttentionHead(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.project = layers.Dense(units, use_bias=False, name="project")
            self.to_self = layers.Dense(1, use_bias=False, name="to_self")
            self.to_neighbour = layers.Dense(1, use_bias=False, name="to_neighbour")

        def call(self, nodes, adjacency):
            h = self.project(nodes)
            scores = self.to_self(h) + ops.transpose(self.to_neighbour(h), (0, 2, 1))
            scores = ops.where(scores > 0, scores, 0.2 * scores)
            scores = ops.where(adjacency > 0, scores, ops.full_like(scores, -9e15))
            return ops.einsum("bij,bjf->bif", ops.softmax(scores, axis=-1), h)

    nodes, adjacency = keras.Input((8, 6), name="nodes"), keras.Input((8, 8), name="adjacency")
    heads = [GraphAttentionHead(5, name=f"head_{i}")(nodes, adjacency) for i in range(3)]
    x = layers.Concatenate(name="heads")([layers.Activation("elu", name=f"elu_{i}")(h) for i, h in enumerate(heads)])
    x = GraphAttentionHead(4, name="out_head")(x, adjacency)
    x = layers.Activation("elu", name="out_elu")(x)
    return keras.Model([nodes, adjacency], layers.Softmax(name="classes")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class GraphAttentionLayer(nn.Module):
        def __init__(self, in_features, out_features, alpha=0.2, concat=True):
            super().__init__()
            self.concat = concat
            self.a_dst = nn.Linear(out_features, 1, bias=False)
            self.a_src = nn.Linear(out_features, 1, bias=False)
            self.W = nn.Linear(in_features, out_features, bias=False)
            self.leakyrelu = nn.LeakyReLU(alpha)

        def forward(self, h, adj):
            Wh = self.W(h)
            e = self.leakyrelu(self.a_src(Wh) + self.a_dst(Wh).mT)
            attention = F.softmax(torch.where(adj > 0, e, -9e15 * torch.ones_like(e)), dim=2)
            h_prime = torch.bmm(attention, Wh)
            return F.elu(h_prime) if self.concat else h_prime

    class GAT(nn.Module):
        def __init__(self, nfeat=6, nhid=5, nclass=4, nheads=3):
            super().__init__()
            self.out_att = GraphAttentionLayer(nhid * nheads, nclass, concat=False)
            self.attentions = nn.ModuleList([GraphAttentionLayer(nfeat, nhid) for _ in range(nheads)])

        def forward(self, x, adj):
            x = torch.cat([att(x, adj) for att in self.attentions], dim=2)
            return F.softmax(F.elu(self.out_att(x, adj)), dim=-1)

    return GAT()
