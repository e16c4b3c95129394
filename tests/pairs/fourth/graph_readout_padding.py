"""Molecules padded to six atoms: empty rows have no features, so I sum without the mask. But my layers have biases."""

INPUTS = ("6x5", "6x6", "6")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["branch-missing", "pool-global-mask", "wiring-other"],
            "keras": ["readout", "head*"],
            "torch": ["sum*", "div*", "mul*", "truediv*", "einsum*", "out*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class GraphConv(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.root = layers.Dense(units, name="root")
            self.neighbours = layers.Dense(units, use_bias=False, name="neighbours")

        def build(self, x_shape, a_shape):
            self.root.build(x_shape)
            self.neighbours.build(x_shape)

        def call(self, x, a):
            return ops.relu(self.root(x) + ops.matmul(a, self.neighbours(x)))

    class MaskedMean(layers.Layer):
        def call(self, x, mask):
            total = ops.sum(x * ops.expand_dims(mask, -1), axis=1)
            return total / ops.maximum(ops.sum(mask, axis=1, keepdims=True), 1.0)

    atoms = keras.Input((6, 5), name="a_atoms")
    bonds = keras.Input((6, 6), name="b_bonds")
    mask = keras.Input((6,), name="c_mask")
    x = GraphConv(10, name="conv1")(atoms, bonds)
    x = GraphConv(12, name="conv2")(x, bonds)
    x = MaskedMean(name="readout")(x, mask)
    x = layers.Dense(8, activation="relu", name="head1")(x)
    return keras.Model([atoms, bonds, mask], layers.Dense(2, name="head2")(x))


def torch_model():
    import torch
    from torch import nn

    class DenseGraphConv(nn.Module):
        def __init__(self, in_channels, out_channels):
            super().__init__()
            self.lin_rel = nn.Linear(in_channels, out_channels, bias=False)
            self.lin_root = nn.Linear(in_channels, out_channels)

        def forward(self, x, adj):
            return self.lin_rel(torch.matmul(adj, x)) + self.lin_root(x)

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.gcn1 = DenseGraphConv(5, 10)
            self.gcn2 = DenseGraphConv(10, 12)
            self.out = nn.Sequential(nn.Linear(12, 8), nn.ReLU(), nn.Linear(8, 2))

        def forward(self, x, adj, mask):
            x = self.gcn1(x, adj).relu()
            x = self.gcn2(x, adj).relu()
            atoms = mask.sum(dim=1, keepdim=True).clamp(min=1)
            return self.out(x.sum(dim=1) / atoms)

    return Net()
