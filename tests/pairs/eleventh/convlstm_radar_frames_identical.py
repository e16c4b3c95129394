"""Rain radar nowcasting: the last four frames, stacked as channels, go one by one through a convolutional LSTM, whose
last state becomes the next frame. PyTorch has a cell of its own with one convolution for the frame and one for the
state.
"""

INPUTS = ("12x12x4",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    stacked = keras.Input((12, 12, 4), name="radar")
    x = layers.Permute((3, 1, 2), name="time_first")(stacked)
    x = layers.Reshape((4, 12, 12, 1), name="one_channel")(x)
    x = layers.ConvLSTM2D(8, 3, padding="same", name="memory")(x)
    x = layers.Conv2D(6, 3, padding="same", activation="relu", name="decode")(x)
    return keras.Model(stacked, layers.Conv2D(1, 1, activation="sigmoid", name="next_frame")(x))


def torch_model():
    from torch import nn

    class ConvLSTMCell(nn.Module):
        def __init__(self, input_dim, hidden_dim, kernel_size):
            super().__init__()
            self.hidden_dim = hidden_dim
            padding = kernel_size // 2
            self.x2h = nn.Conv2d(input_dim, 4 * hidden_dim, kernel_size, padding=padding)
            self.h2h = nn.Conv2d(hidden_dim, 4 * hidden_dim, kernel_size, padding=padding, bias=False)

        def forward(self, x, state):
            h, c = state
            i, f, g, o = (self.x2h(x) + self.h2h(h)).chunk(4, dim=1)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            return o.sigmoid() * c.tanh(), c

    class Nowcaster(nn.Module):
        def __init__(self, hidden_dim=8):
            super().__init__()
            self.cell = ConvLSTMCell(1, hidden_dim, 3)
            self.readout = nn.Sequential(
                nn.Conv2d(hidden_dim, 6, 3, padding=1), nn.ReLU(), nn.Conv2d(6, 1, 1), nn.Sigmoid()
            )

        def forward(self, frames):
            batch, steps, height, width = frames.shape
            h = c = frames.new_zeros(batch, self.cell.hidden_dim, height, width)
            for t in range(steps):
                h, c = self.cell(frames[:, t : t + 1], (h, c))
            return self.readout(h)

    return Nowcaster()
