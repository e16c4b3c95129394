"""GraphSAGE with mean neighbours on a dense adjacency: concat and one matrix in Keras, PyG's lin_l and lin_r here."""

INPUTS = ("9x6", "9x9")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class SAGE(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units

        def build(self, shapes):
            self.kernel = self.add_weight(
                shape=(2 * shapes[0][-1], self.units), initializer="glorot_uniform", name="kernel"
            )
            self.bias = self.add_weight(shape=(self.units,), initializer="zeros", name="bias")

        def call(self, inputs):
            x, edges = inputs
            degree = ops.maximum(ops.sum(edges, axis=-1, keepdims=True), 1.0)
            neighbours = ops.matmul(edges / degree, x)
            x = ops.matmul(ops.concatenate([x, neighbours], axis=-1), self.kernel) + self.bias
            return x / ops.sqrt(ops.sum(x * x, axis=-1, keepdims=True) + 0.5)

        def compute_output_shape(self, shapes):
            return (*shapes[0][:-1], self.units)

    nodes, adjacency = keras.Input((9, 6), name="nodes"), keras.Input((9, 9), name="adjacency")
    edges = ops.cast(adjacency > 0.25, adjacency.dtype)
    x = ops.relu(SAGE(12, name="sage_0")([nodes, edges]))
    x = ops.relu(SAGE(8, name="sage_1")([x, edges]))
    x = ops.max(x, axis=1)
    return keras.Model([nodes, adjacency], layers.Dense(3, name="readout")(x))


def torch_model():
    import torch
    from torch import nn

    class SAGEConv(nn.Module):
        def __init__(self, cin, cout):
            super().__init__()
            self.lin_l = nn.Linear(cin, cout, bias=True)  # neighbours
            self.lin_r = nn.Linear(cin, cout, bias=False)  # root

        def forward(self, x, mask):
            total = torch.where(mask[..., None], x[:, None], torch.zeros_like(x[:, None])).sum(2)
            out = self.lin_l(total / mask.sum(-1, keepdim=True).clamp(min=1)) + self.lin_r(x)
            return out * (out.pow(2).sum(-1, keepdim=True) + 0.5).rsqrt()

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.convs = nn.ModuleList([SAGEConv(6, 12), SAGEConv(12, 8)])
            self.out = nn.Linear(8, 3)

        def forward(self, x, adj):
            mask = adj > 0.25
            for conv in self.convs:
                x = conv(x, mask).relu()
            return self.out(x.amax(1))

    return Net()
