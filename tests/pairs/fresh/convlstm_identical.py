"""How do I rewrite Keras's ConvLSTM2D with the well-known ConvLSTM cell for PyTorch? Here is what I have (forum)."""

INPUTS = ("5x6x6x2",)
TRUTH = {"identical": True}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((5, 6, 6, 2)),
            layers.ConvLSTM2D(4, 3, padding="same", return_sequences=True, name="convlstm1"),
            layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="norm"),
            layers.ConvLSTM2D(3, 3, padding="same", name="convlstm2"),
            layers.Conv2D(1, 3, padding="same", activation="sigmoid", name="frame"),
        ]
    )


def torch_model():
    import torch
    from torch import nn

    class ConvLSTMCell(nn.Module):
        def __init__(self, input_dim, hidden_dim, kernel_size=3, bias=True):
            super().__init__()
            self.hidden_dim = hidden_dim
            self.conv = nn.Conv2d(
                in_channels=input_dim + hidden_dim,
                out_channels=4 * hidden_dim,
                kernel_size=kernel_size,
                padding=kernel_size // 2,
                bias=bias,
            )

        def forward(self, input_tensor, cur_state):
            h_cur, c_cur = cur_state
            combined_conv = self.conv(torch.cat([input_tensor, h_cur], dim=1))
            cc_i, cc_f, cc_o, cc_g = torch.split(combined_conv, self.hidden_dim, dim=1)
            c_next = torch.sigmoid(cc_f) * c_cur + torch.sigmoid(cc_i) * torch.tanh(cc_g)
            h_next = torch.sigmoid(cc_o) * torch.tanh(c_next)
            return h_next, c_next

    class ConvLSTM(nn.Module):
        def __init__(self, input_dim, hidden_dim):
            super().__init__()
            self.cell = ConvLSTMCell(input_dim, hidden_dim)

        def forward(self, frames):  # b c t h w
            b, _, t, h, w = frames.shape
            state = [frames.new_zeros(b, self.cell.hidden_dim, h, w) for _ in range(2)]
            outputs = []
            for step in range(t):
                state = self.cell(frames[:, :, step], state)
                outputs.append(state[0])
            return torch.stack(outputs, dim=2)

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer1 = ConvLSTM(2, 4)
            self.bn = nn.BatchNorm3d(4)
            self.layer2 = ConvLSTM(4, 3)
            self.out = nn.Conv2d(3, 1, 3, padding=1)

        def forward(self, x):
            x = self.layer2(self.bn(self.layer1(x)))
            return self.out(x[:, :, -1]).sigmoid()

    return Net()
