"""Gated graph network: messages along and against the edges, one shared GRU cell for three rounds, gated sum."""

INPUTS = ("6x5", "6x6")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class GatedGraph(keras.Model):
        def __init__(self, width=8, rounds=3, **kwargs):
            super().__init__(**kwargs)
            self.width, self.rounds = width, rounds
            self.embed = layers.Dense(width, activation="tanh", name="embed")
            self.along = layers.Dense(width, name="along")
            self.against = layers.Dense(width, name="against")
            self.cell = layers.GRUCell(width, name="cell")
            self.gate = layers.Dense(width, activation="sigmoid", name="gate")
            self.value = layers.Dense(width, name="value")
            self.out = layers.Dense(3, name="out")

        def call(self, inputs):
            x, scores = inputs
            a = ops.sigmoid(scores)
            h0 = h = self.embed(x)
            n = x.shape[1]
            for _ in range(self.rounds):
                m = ops.concatenate(
                    [ops.matmul(a, self.along(h)), ops.matmul(ops.transpose(a, (0, 2, 1)), self.against(h))], axis=-1
                )
                flat, _ = self.cell(ops.reshape(m, (-1, 2 * self.width)), [ops.reshape(h, (-1, self.width))])
                h = ops.reshape(flat, (-1, n, self.width))
            both = ops.concatenate([h, h0], axis=-1)
            return self.out(ops.tanh(ops.sum(self.gate(both) * ops.tanh(self.value(both)), axis=1)))

    return GatedGraph()


def torch_model():
    import torch
    from torch import nn

    class GGNN(nn.Module):
        def __init__(self, state_dim=8, n_steps=3):
            super().__init__()
            self.n_steps = n_steps
            self.annotate = nn.Sequential(nn.Linear(5, state_dim), nn.Tanh())
            self.in_fc = nn.Linear(state_dim, state_dim)
            self.out_fc = nn.Linear(state_dim, state_dim)
            self.propagator = nn.GRUCell(2 * state_dim, state_dim)
            self.attention = nn.Linear(2 * state_dim, state_dim)
            self.readout = nn.Linear(2 * state_dim, state_dim)
            self.classifier = nn.Linear(state_dim, 3)

        def forward(self, annotation, edges):
            A = edges.sigmoid()
            init = prop_state = self.annotate(annotation)
            for _ in range(self.n_steps):
                a_in = torch.einsum("bij,bjd->bid", A, self.in_fc(prop_state))
                a_out = torch.einsum("bji,bjd->bid", A, self.out_fc(prop_state))
                a = torch.cat((a_in, a_out), 2)
                prop_state = self.propagator(a.flatten(0, 1), prop_state.flatten(0, 1)).view_as(prop_state)
            join_state = torch.cat((prop_state, init), 2)
            gated = torch.sigmoid(self.attention(join_state)) * torch.tanh(self.readout(join_state))
            return self.classifier(torch.tanh(gated.sum(1)))

    return GGNN()
