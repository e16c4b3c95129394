"""Next frame from a short film: two ConvLSTM2D layers in Keras; in PyTorch a cell with one convolution over input and
state together, gates in the order of the well-known code, films as (channels, time, height, width).
"""

INPUTS = ("4x8x8x2",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((4, 8, 8, 2)),
            layers.ConvLSTM2D(6, 3, padding="same", return_sequences=True, name="memory_1"),
            layers.ConvLSTM2D(5, 3, padding="same", name="memory_2"),
            layers.Conv2D(2, 3, padding="same", activation="sigmoid", name="frame"),
        ]
    )


def torch_model():
    import torch
    from torch import nn

    class ConvLSTMCell(nn.Module):
        def __init__(self, input_dim, hidden_dim, kernel_size=3):
            super().__init__()
            self.hidden_dim = hidden_dim
            self.conv = nn.Conv2d(input_dim + hidden_dim, 4 * hidden_dim, kernel_size, padding=kernel_size // 2)

        def forward(self, x, state):
            h, c = state
            i, f, o, g = torch.split(self.conv(torch.cat([x, h], dim=1)), self.hidden_dim, dim=1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            return torch.sigmoid(o) * torch.tanh(c), c

        def init_hidden(self, x):
            zeros = x.new_zeros(x.shape[0], self.hidden_dim, *x.shape[2:])
            return zeros, zeros

    class NextFrame(nn.Module):
        def __init__(self):
            super().__init__()
            self.cell_list = nn.ModuleList([ConvLSTMCell(2, 6), ConvLSTMCell(6, 5)])
            self.out = nn.Conv2d(5, 2, 3, padding=1)

        def forward(self, film):
            states = [None, None]
            for x in film.unbind(2):
                for n, cell in enumerate(self.cell_list):
                    states[n] = cell(x, states[n] or cell.init_hidden(x))
                    x = states[n][0]
            return torch.sigmoid(self.out(x))

    return NextFrame()
