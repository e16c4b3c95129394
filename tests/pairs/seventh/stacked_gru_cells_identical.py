"""RNN([GRUCell(10), GRUCell(8)]) for sensor data; in PyTorch a list of nn.GRUCell, both stepped inside one time loop.

LayerNorm over steps and units together ((12, 8)) on the way out, because the source had that.
"""

INPUTS = ("12x5",)
TRUTH = {"identical": True}


def keras_model():
    from keras import Sequential, layers

    cells = [layers.GRUCell(10, name="lower"), layers.GRUCell(8, name="upper")]
    return Sequential(
        [
            layers.Input((12, 5)),
            layers.RNN(cells, return_sequences=True, name="stack"),
            layers.LayerNormalization(axis=[1, 2], epsilon=1e-5, name="norm"),
            layers.TimeDistributed(layers.Dense(6, activation="tanh"), name="steps"),
            layers.GlobalMaxPooling1D(),
            layers.Dense(2, name="out"),
        ]
    )


def torch_model():
    import torch
    from torch import nn

    class SensorNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.cells = nn.ModuleList([nn.GRUCell(5, 10), nn.GRUCell(10, 8)])
            self.norm = nn.LayerNorm([12, 8])
            self.proj, self.out = nn.Linear(8, 6), nn.Linear(6, 2)

        def forward(self, x):
            states = [x.new_zeros(x.size(0), cell.hidden_size) for cell in self.cells]
            seq = []
            for step in x.unbind(1):
                for i, cell in enumerate(self.cells):
                    states[i] = step = cell(step, states[i])
                seq.append(step)
            y = torch.tanh(self.proj(self.norm(torch.stack(seq, dim=1))))
            return self.out(y.max(dim=1).values)

    return SensorNet()
