"""LSTM from scratch as in so many notebooks: one Linear per gate and per source, against keras.layers.LSTM. The
input layers carry the biases, those of the state have none. All hidden states go through a dense head, the last
cell state through another.
"""

INPUTS = ("9x5",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    steps = keras.Input((9, 5), name="steps")
    seq, _, cell = layers.LSTM(8, return_sequences=True, return_state=True, name="memory")(steps)
    each = layers.TimeDistributed(layers.Dense(3), name="each_step")(seq)
    last = layers.Dense(2, activation="tanh", name="from_cell")(cell)
    return keras.Model(steps, [each, last])


def torch_model():
    import torch
    from torch import nn

    class ScratchLSTM(nn.Module):
        def __init__(self, n_in, n_hid):
            super().__init__()
            self.n_hid = n_hid
            for gate in "ogfi":
                setattr(self, f"h{gate}", nn.Linear(n_hid, n_hid, bias=False))
                setattr(self, f"x{gate}", nn.Linear(n_in, n_hid))

        def forward(self, x):
            h = c = x.new_zeros(x.size(0), self.n_hid)
            outs = []
            for x_t in x.unbind(1):
                i = torch.sigmoid(self.xi(x_t) + self.hi(h))
                f = torch.sigmoid(self.xf(x_t) + self.hf(h))
                o = torch.sigmoid(self.xo(x_t) + self.ho(h))
                g = torch.tanh(self.xg(x_t) + self.hg(h))
                c = f * c + i * g
                h = o * c.tanh()
                outs.append(h)
            return torch.stack(outs, dim=1), c

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn = ScratchLSTM(5, 8)
            self.cell_head = nn.Linear(8, 2)
            self.step_head = nn.Linear(8, 3)

        def forward(self, x):
            out, c = self.rnn(x)
            return self.step_head(out), torch.tanh(self.cell_head(c))

    return Net()
