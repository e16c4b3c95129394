"""minGRU ("Were RNNs all we needed?"): the parallel scan in log space in Keras, the plain recurrence in PyTorch.

h_t = (1 - z_t) h_{t-1} + z_t g(h~_t), with g(x) = x + 1/2 above zero and the sigmoid below.
"""

INPUTS = ("9x6",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class MinGRU(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.to_gate = layers.Dense(units, name="gate")
            self.to_hidden = layers.Dense(units, name="hidden")

        def call(self, x):
            k, candidate = self.to_gate(x), self.to_hidden(x)
            log_keep, log_take = -ops.softplus(k), -ops.softplus(-k)
            log_g = ops.where(candidate >= 0, ops.log(ops.relu(candidate) + 0.5), -ops.softplus(-candidate))
            total = ops.cumsum(log_keep, axis=1)
            entries = (log_take + log_g - total)[:, None]
            seen = ops.tri(x.shape[1], dtype="bool")[None, :, :, None]
            return ops.exp(total + ops.logsumexp(ops.where(seen, entries, -1e9), axis=2))

    inputs = keras.Input((9, 6))
    x = layers.Dense(12, name="embed")(inputs)
    for i in range(2):
        y = layers.LayerNormalization(epsilon=1e-5, name=f"norm_{i}")(x)
        x = layers.add([x, layers.Dense(12, name=f"mix_{i}")(MinGRU(18, name=f"mingru_{i}")(y))])
    return keras.Model(inputs, layers.Dense(4, name="head")(x[:, -1]))


def torch_model():
    import torch
    from torch import nn

    def g(x):
        return torch.where(x >= 0, x + 0.5, x.sigmoid())

    class MinGRU(nn.Module):
        def __init__(self, dim, hidden):
            super().__init__()
            self.hidden = hidden
            self.to_hidden_and_gate = nn.Linear(dim, 2 * hidden)
            self.to_out = nn.Linear(hidden, dim)

        def forward(self, x):
            hidden, gate = self.to_hidden_and_gate(x).chunk(2, dim=-1)
            h, out = x.new_zeros(x.shape[0], self.hidden), []
            for z, candidate in zip(gate.sigmoid().unbind(1), g(hidden).unbind(1), strict=False):
                h = torch.lerp(h, candidate, z)
                out.append(h)
            return self.to_out(torch.stack(out, dim=1))

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed, self.head = nn.Linear(6, 12), nn.Linear(12, 4)
            self.norms = nn.ModuleList(nn.LayerNorm(12) for _ in range(2))
            self.rnns = nn.ModuleList(MinGRU(12, 18) for _ in range(2))

        def forward(self, x):
            x = self.embed(x)
            for norm, rnn in zip(self.norms, self.rnns, strict=False):
                x = rnn(norm(x)) + x
            return self.head(x[:, -1])

    return Net()
