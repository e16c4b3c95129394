"""Graph attention network on a dense adjacency matrix: the PyTorch side computes all heads with one projection and two
einsums, the Keras side has its own layer with a loop over heads. First layer joins the heads, the second averages them.
"""

INPUTS = ("10x6", "10x10")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class GraphAttention(layers.Layer):
        def __init__(self, units, heads, average=False, **kwargs):
            super().__init__(**kwargs)
            self.units, self.heads, self.average = units, heads, average
            self.project = layers.Dense(units * heads, use_bias=False, name="project")

        def build(self, shapes):
            width = self.units if self.average else self.units * self.heads
            self.attn_src = self.add_weight(shape=(self.heads, self.units), name="attn_src")
            self.attn_dst = self.add_weight(shape=(self.heads, self.units), name="attn_dst")
            self.bias = self.add_weight(shape=(width,), initializer="zeros", name="bias")

        def call(self, inputs):
            nodes, edges = inputs
            hidden = ops.split(self.project(nodes), self.heads, axis=-1)
            outputs = []
            for head, h in enumerate(hidden):
                src = ops.matmul(h, ops.expand_dims(self.attn_src[head], -1))
                dst = ops.matmul(h, ops.expand_dims(self.attn_dst[head], -1))
                e = src + ops.transpose(dst, (0, 2, 1))
                e = ops.where(edges, ops.maximum(e, 0.2 * e), -1e9)
                outputs.append(ops.matmul(ops.softmax(e, axis=-1), h))
            if self.average:
                return sum(outputs) / self.heads + self.bias
            return ops.concatenate(outputs, axis=-1) + self.bias

    nodes = keras.Input((10, 6), name="nodes")
    adjacency = keras.Input((10, 10), name="adjacency")
    edges = ops.logical_or(adjacency > 0, ops.eye(10) > 0)
    x = GraphAttention(5, 4, name="gat1")([nodes, edges])
    x = layers.ELU(name="elu")(x)
    x = layers.Dropout(0.6, name="drop")(x)
    x = GraphAttention(3, 2, average=True, name="gat2")([x, edges])
    return keras.Model([nodes, adjacency], layers.Softmax(axis=-1, name="classes")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class GATConv(nn.Module):
        def __init__(self, in_channels, out_channels, heads, concat=True):
            super().__init__()
            self.heads, self.out_channels, self.concat = heads, out_channels, concat
            self.lin = nn.Linear(in_channels, heads * out_channels, bias=False)
            self.att_src = nn.Parameter(torch.empty(heads, out_channels))
            self.att_dst = nn.Parameter(torch.empty(heads, out_channels))
            self.bias = nn.Parameter(torch.zeros(heads * out_channels if concat else out_channels))
            nn.init.xavier_uniform_(self.att_src)
            nn.init.xavier_uniform_(self.att_dst)

        def forward(self, x, adj):
            h = self.lin(x).view(x.shape[0], x.shape[1], self.heads, self.out_channels)
            alpha_i = torch.einsum("bnhc,hc->bhn", h, self.att_src)
            alpha_j = torch.einsum("bnhc,hc->bhn", h, self.att_dst)
            alpha = F.leaky_relu(alpha_i.unsqueeze(-1) + alpha_j.unsqueeze(-2), 0.2)
            alpha = alpha.masked_fill(~adj.unsqueeze(1), float("-inf")).softmax(dim=-1)
            out = torch.einsum("bhij,bjhc->bihc", alpha, h)
            out = out.flatten(2) if self.concat else out.mean(dim=2)
            return out + self.bias

    class GAT(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = GATConv(6, 5, heads=4)
            self.conv2 = GATConv(20, 3, heads=2, concat=False)

        def forward(self, x, adj):
            adj = (adj > 0) | torch.eye(adj.shape[-1], dtype=torch.bool, device=adj.device)
            x = F.elu(self.conv1(x, adj))
            x = F.dropout(x, p=0.6, training=self.training)
            return F.softmax(self.conv2(x, adj), dim=-1)

    return GAT()
