"""IMPALA agent: small residual CNN over T frames, LSTM whose state is zeroed where an episode has ended, policy and
baseline. Keras steps an LSTMCell by hand, PyTorch as torchbeast (core called once per step, frames flattened to T*B).
"""

INPUTS = ("4x14x14x2", "4x3", "4")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class Torso(layers.Layer):
        def __init__(self, widths, **kwargs):
            super().__init__(**kwargs)
            self.convs = [layers.Conv2D(n, 3, padding="same", name=f"feat_{i}") for i, n in enumerate(widths)]
            self.residuals = [
                [layers.Conv2D(n, 3, padding="same", name=f"res_{i}_{j}") for j in range(2)]
                for i, n in enumerate(widths)
            ]
            self.fc = layers.Dense(16, activation="relu", name="fc")

        def call(self, x):
            for conv, (first, second) in zip(self.convs, self.residuals, strict=True):
                x = ops.pad(conv(x), [(0, 0), (1, 1), (1, 1), (0, 0)], constant_values=-1e30)
                x = ops.max_pool(x, 3, 2, padding="valid")
                x = x + second(ops.relu(first(ops.relu(x))))
            x = ops.transpose(ops.relu(x), (0, 3, 1, 2))  # the order of the PyTorch view
            return self.fc(ops.reshape(x, (ops.shape(x)[0], -1)))

    class Agent(keras.Model):
        def __init__(self):
            super().__init__(name="impala")
            self.torso = Torso((4, 6), name="torso")
            self.cell = layers.LSTMCell(12, unit_forget_bias=False, name="core")
            self.policy = layers.Dense(3, name="policy")
            self.baseline = layers.Dense(1, name="baseline")

        def call(self, inputs):
            frames, actions, ended = inputs
            steps = frames.shape[1]
            alive = 1.0 - ops.cast(ended > 0, frames.dtype)
            h = c = ops.zeros((ops.shape(frames)[0], 12), dtype=frames.dtype)
            seen = []
            for t in range(steps):
                x = ops.concatenate([self.torso(frames[:, t]), actions[:, t]], axis=-1)
                keep = alive[:, t : t + 1]
                y, (h, c) = self.cell(x, [h * keep, c * keep])
                seen.append(y)
            core = ops.stack(seen, axis=1)
            return self.policy(core), ops.squeeze(self.baseline(core), -1)

    model = Agent()
    model([ops.zeros((1, 4, 14, 14, 2)), ops.zeros((1, 4, 3)), ops.zeros((1, 4))])
    return model


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class AtariNet(nn.Module):
        def __init__(self):
            super().__init__()
            feat, res, i = [], [], 2
            for n in (4, 6):
                feat.append(nn.Sequential(nn.Conv2d(i, n, 3, 1, 1), nn.MaxPool2d(3, stride=2, padding=1)))
                res.append(nn.Sequential(nn.ReLU(), nn.Conv2d(n, n, 3, 1, 1), nn.ReLU(), nn.Conv2d(n, n, 3, 1, 1)))
                i = n
            self.feat_convs, self.resnet = nn.ModuleList(feat), nn.ModuleList(res)
            self.fc = nn.Linear(6 * 4 * 4, 16)
            self.core = nn.LSTM(16 + 3, 12, num_layers=1)
            self.policy, self.baseline = nn.Linear(12, 3), nn.Linear(12, 1)

        def forward(self, frames, actions, ended):  # (B, C, T, H, W), (B, T, A), (B, T)
            B, T = actions.shape[:2]
            x = torch.flatten(frames.permute(2, 0, 1, 3, 4), 0, 1)
            for conv, res in zip(self.feat_convs, self.resnet, strict=True):
                x = conv(x)
                x = x + res(x)
            x = F.relu(self.fc(F.relu(x).reshape(T * B, -1)))
            core_input = torch.cat([x.view(T, B, -1), actions.transpose(0, 1)], dim=-1)
            notdone = (~(ended.t() > 0)).to(x.dtype)
            core_state = tuple(torch.zeros(1, B, 12, dtype=x.dtype) for _ in range(2))
            core_output_list = []
            for inp, nd in zip(core_input.unbind(), notdone.unbind(), strict=True):
                core_state = tuple(nd.view(1, -1, 1) * s for s in core_state)
                output, core_state = self.core(inp.unsqueeze(0), core_state)
                core_output_list.append(output)
            core_output = torch.cat(core_output_list).transpose(0, 1)
            return self.policy(core_output), self.baseline(core_output).squeeze(-1)

    return AtariNet()
