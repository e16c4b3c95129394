"""ConvGRU on radar frames. PyTorch convolves cat([x, h]) with one kernel for both gates and another for the candidate;
my Keras layer convolves frames (all three at once, outside of the loop) and state apart and adds them up.
"""

INPUTS = ("4x12x12x2",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class ConvGRU(layers.Layer):
        def __init__(self, filters, **kwargs):
            super().__init__(**kwargs)
            self.filters = filters
            self.from_frame = layers.Conv2D(3 * filters, 3, padding="same", name="from_frame")
            self.gates = layers.Conv2D(2 * filters, 3, padding="same", use_bias=False, name="from_state")
            self.proposal = layers.Conv2D(filters, 3, padding="same", use_bias=False, name="from_reset_state")

        def build(self, shape):
            _, _, height, width, channels = shape
            self.from_frame.build((None, height, width, channels))
            self.gates.build((None, height, width, self.filters))
            self.proposal.build((None, height, width, self.filters))

        def call(self, frames):
            _, steps, height, width, channels = frames.shape
            flat = self.from_frame(ops.reshape(frames, (-1, height, width, channels)))
            flat = ops.reshape(flat, (-1, steps, height, width, 3 * self.filters))
            h = ops.zeros_like(flat[:, 0, ..., : self.filters])
            for t in range(steps):
                x_r, x_z, x_n = ops.split(flat[:, t], 3, axis=-1)
                h_r, h_z = ops.split(self.gates(h), 2, axis=-1)
                r, z = ops.sigmoid(x_r + h_r), ops.sigmoid(x_z + h_z)
                h = z * h + (1.0 - z) * ops.tanh(x_n + self.proposal(r * h))
            return h

    frames = keras.Input((4, 12, 12, 2))
    x = ConvGRU(6, name="convgru")(frames)
    x = layers.Conv2D(1, 1, name="rain")(x)
    return keras.Model(frames, x)


def torch_model():
    import torch
    from torch import nn

    class ConvGRUCell(nn.Module):
        def __init__(self, input_dim, hidden_dim, kernel_size=3):
            super().__init__()
            self.hidden_dim = hidden_dim
            pad = kernel_size // 2
            self.conv_gates = nn.Conv2d(input_dim + hidden_dim, 2 * hidden_dim, kernel_size, padding=pad)
            self.conv_can = nn.Conv2d(input_dim + hidden_dim, hidden_dim, kernel_size, padding=pad)

        def forward(self, x, h):
            combined_conv = self.conv_gates(torch.cat([x, h], dim=1))
            gamma, beta = torch.split(combined_conv, self.hidden_dim, dim=1)
            reset_gate, update_gate = torch.sigmoid(gamma), torch.sigmoid(beta)
            cnm = torch.tanh(self.conv_can(torch.cat([x, reset_gate * h], dim=1)))
            return update_gate * h + (1 - update_gate) * cnm

    class Nowcast(nn.Module):
        def __init__(self):
            super().__init__()
            self.cell = ConvGRUCell(2, 6)
            self.last = nn.Conv2d(6, 1, 1)

        def forward(self, frames):  # (B, C, T, H, W)
            h = frames.new_zeros(frames.size(0), 6, *frames.shape[-2:])
            for t in range(frames.size(2)):
                h = self.cell(frames[:, :, t], h)
            return self.last(h)

    return Nowcast()
