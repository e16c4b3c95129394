"""Message passing for molecules (edge network, GRU update, gated readout): a matrix for every bond. Atoms 5x6, bonds
5x5x3, here as a plain 75-vector because my loader flattens them. Two rounds with shared weights.
"""

INPUTS = ("5x6", "75")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class MessagePassing(layers.Layer):
        def __init__(self, units, steps, **kwargs):
            super().__init__(**kwargs)
            self.units, self.steps = units, steps
            self.bond = layers.Dense(units * units, name="bond")
            self.update = layers.GRUCell(units, name="update")

        def call(self, atoms, bonds):
            h = atoms
            matrices = ops.reshape(self.bond(bonds), (-1, 5, 5, self.units, self.units))
            for _ in range(self.steps):
                messages = ops.einsum("bijkl,bjl->bik", matrices, h)
                rows, _ = self.update(ops.reshape(messages, (-1, self.units)), [ops.reshape(h, (-1, self.units))])
                h = ops.reshape(rows, (-1, 5, self.units))
            return h

    atoms = keras.Input((5, 6), name="a_atoms")
    flat = keras.Input((75,), name="b_bonds")
    h0 = layers.Dense(8, activation="tanh", name="lift")(atoms)
    h = MessagePassing(8, 2, name="passing")(h0, layers.Reshape((5, 5, 3), name="bonds")(flat))
    gate = layers.Dense(10, activation="sigmoid", name="gate")(layers.Concatenate(name="first_and_last")([h, h0]))
    pooled = ops.sum(gate * layers.Dense(10, name="value")(h), axis=1)
    return keras.Model([atoms, flat], layers.Dense(2, name="property")(pooled))


def torch_model():
    import torch
    from torch import nn

    class MPNN(nn.Module):
        def __init__(self, d=8, T=2):
            super().__init__()
            self.d, self.T = d, T
            self.embed = nn.Sequential(nn.Linear(6, d), nn.Tanh())
            self.A = nn.Linear(3, d * d)
            self.U = nn.GRUCell(d, d)
            self.i = nn.Linear(2 * d, 10)
            self.j = nn.Linear(d, 10)
            self.R = nn.Linear(10, 2)

        def forward(self, x, e):
            B, N, _ = x.shape
            A = self.A(e.view(B, N * N, 3)).view(B, N, N, self.d, self.d)
            A = A.transpose(2, 3).reshape(B, N * self.d, N * self.d)  # one big block matrix
            h = h0 = self.embed(x)
            for _ in range(self.T):
                m = torch.bmm(A, h.reshape(B, N * self.d, 1))
                h = self.U(m.view(B * N, self.d), h.reshape(B * N, self.d)).view(B, N, self.d)
            g = torch.sigmoid(self.i(torch.cat((h, h0), dim=-1)))
            return self.R((g * self.j(h)).sum(1))

    return MPNN()
