"""R-GCN on molecules: adjacency with one channel per bond type. In PyTorch a list of Linear per relation, in Keras one
tensor of them all and einsum; mean over neighbours of each relation, self loop, readout by sum.
"""

INPUTS = ("7x5", "7x7x3")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class RelationalConv(layers.Layer):
        def __init__(self, units, relations, **kwargs):
            super().__init__(**kwargs)
            self.units, self.relations = units, relations

        def build(self, shapes):
            wide = shapes[0][-1]
            self.root = self.add_weight(shape=(wide, self.units), initializer="glorot_uniform", name="root")
            self.relation_kernel = self.add_weight(
                shape=(self.relations, wide, self.units), initializer="glorot_uniform", name="relation_kernel"
            )
            self.offset = self.add_weight(shape=(self.units,), initializer="zeros", name="offset")

        def call(self, inputs):
            nodes, bonds = inputs  # (b, n, f), (b, n, n, r)
            degree = ops.sum(ops.abs(bonds), axis=2, keepdims=True) + 1.0
            messages = ops.einsum("bmf,rfu->bmru", nodes, self.relation_kernel)
            gathered = ops.einsum("bnmr,bmru->bnu", bonds / degree, messages)
            return gathered + ops.matmul(nodes, self.root) + self.offset

    atoms = keras.Input((7, 5), name="atoms")
    bonds = keras.Input((7, 7, 3), name="bonds")
    x = RelationalConv(12, 3, name="conv_in")([atoms, bonds])
    x = layers.ReLU()(x)
    x = RelationalConv(12, 3, name="conv_out")([x, bonds])
    gate = layers.Dense(8, activation="sigmoid", name="readout_gate")(layers.Concatenate()([x, atoms]))
    value = layers.Dense(8, activation="tanh", name="readout_value")(x)
    graph = ops.sum(gate * value, axis=1)
    return keras.Model([atoms, bonds], layers.Dense(2, name="property")(graph))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class RGCNLayer(nn.Module):
        def __init__(self, in_dim, out_dim, num_rels):
            super().__init__()
            self.linear_rels = nn.ModuleList(nn.Linear(in_dim, out_dim, bias=False) for _ in range(num_rels))
            self.linear_self = nn.Linear(in_dim, out_dim)

        def forward(self, h, adj):
            out = self.linear_self(h)
            for r, linear in enumerate(self.linear_rels):
                a = adj[:, r]
                a = a / (a.abs().sum(-1, keepdim=True) + 1)
                out = out + torch.bmm(a, linear(h))
            return out

    class MolNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.value_fn = nn.Linear(12, 8)
            self.gate_fn = nn.Linear(17, 8)
            self.gcn1 = RGCNLayer(5, 12, 3)
            self.gcn2 = RGCNLayer(12, 12, 3)
            self.fc = nn.Linear(8, 2)

        def forward(self, atoms, adj):
            h = F.relu(self.gcn1(atoms, adj))
            h = self.gcn2(h, adj)
            i = torch.sigmoid(self.gate_fn(torch.cat((h, atoms), -1)))
            return self.fc((i * torch.tanh(self.value_fn(h))).sum(1))

    return MolNet()
