"""GCNII with dense adjacency. beta of layer l is log(lambda / l + 1), counted from one. The Keras class keeps all its
layers in one list, the input Dense in front, and takes the place in that list plus one: every layer is one too late.
"""

INPUTS = ("6x7", "6x6")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["scale-other", "wiring-other"],
            "keras": ["gcn2_*", "gcnii", ""],
            "torch": ["convs.*", ""],
        }
    ],
}


def keras_model():
    import math

    import keras
    from keras import layers, ops

    class GCN2Conv(layers.Layer):
        def __init__(self, width, alpha=0.1, **kwargs):
            super().__init__(**kwargs)
            self.width, self.alpha = width, alpha

        def build(self, *shapes):
            self.kernel = self.add_weight(shape=(self.width, self.width), name="kernel")

        def call(self, x, first, adjacency, beta):
            support = (1 - self.alpha) * ops.matmul(adjacency, x) + self.alpha * first
            return beta * ops.matmul(support, self.kernel) + (1 - beta) * support

    class GCNII(keras.Model):
        def __init__(self, width=12, depth=3, classes=4, lamda=0.5):
            super().__init__(name="gcnii")
            self.lamda = lamda
            self.chain = [layers.Dense(width, activation="relu", name="lift")]
            self.chain += [GCN2Conv(width, name=f"gcn2_{i}") for i in range(depth)]
            self.chain += [layers.Dense(classes, name="classes")]

        def call(self, inputs):
            nodes, edges = inputs
            adjacency = ops.sigmoid(edges + ops.transpose(edges, (0, 2, 1)))
            adjacency = adjacency + ops.eye(edges.shape[-1], dtype=edges.dtype)
            inverse_root = ops.rsqrt(ops.sum(adjacency, axis=-1, keepdims=True))
            adjacency = inverse_root * adjacency * ops.transpose(inverse_root, (0, 2, 1))
            x = first = self.chain[0](nodes)
            for place, layer in enumerate(self.chain[1:-1], start=1):
                x = ops.relu(layer(x, first, adjacency, beta=math.log(self.lamda / (place + 1) + 1)))
            return self.chain[-1](x)

    model = GCNII()
    model([ops.zeros((1, 6, 7)), ops.zeros((1, 6, 6))])
    return model


def torch_model():
    import math

    import torch
    from torch import nn

    class GraphConvolution(nn.Module):
        def __init__(self, features):
            super().__init__()
            self.weight = nn.Parameter(torch.empty(features, features).uniform_(-0.3, 0.3))

        def forward(self, x, adj, h0, lamda, alpha, place):
            theta = math.log(lamda / place + 1)
            r = (1 - alpha) * torch.bmm(adj, x) + alpha * h0
            return theta * (r @ self.weight) + (1 - theta) * r

    class GCNII(nn.Module):
        def __init__(self, nfeat=7, nhidden=12, nlayers=3, nclass=4):
            super().__init__()
            self.convs = nn.ModuleList(GraphConvolution(nhidden) for _ in range(nlayers))
            self.fcs = nn.ModuleList([nn.Linear(nfeat, nhidden), nn.Linear(nhidden, nclass)])

        def forward(self, x, adj):
            adj = torch.sigmoid(adj + adj.mT) + torch.eye(adj.shape[-1], dtype=adj.dtype)
            root = adj.sum(-1).pow(-0.5)
            adj = torch.einsum("bi,bij,bj->bij", root, adj, root)
            h0 = inner = torch.relu(self.fcs[0](x))
            for i, con in enumerate(self.convs):
                inner = torch.relu(con(inner, adj, h0, 0.5, 0.1, i + 1))
            return self.fcs[-1](inner)

    return GCNII()
