"""WaveNet over quantised samples with two stacks of three layers: in PyTorch the dilations start over at one with every
stack, the Keras port keeps doubling them through all six layers.
"""

INPUTS = ("48:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["dilation-other"],
            "keras": ["filter_3", "gate_3", "filter_4", "gate_4", "filter_5", "gate_5"],
            "torch": ["layers.3", "layers.4", "layers.5", "pad*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    samples = keras.Input((48,), dtype="int32")
    x = layers.Embedding(32, 12, name="samples")(samples)
    x = layers.Conv1D(12, 2, padding="causal", name="first")(x)
    skips = []
    for i in range(6):
        rate = 2**i
        wave = layers.Conv1D(16, 2, dilation_rate=rate, padding="causal", activation="tanh", name=f"filter_{i}")(x)
        gate = layers.Conv1D(16, 2, dilation_rate=rate, padding="causal", activation="sigmoid", name=f"gate_{i}")(x)
        z = layers.Multiply(name=f"gated_{i}")([wave, gate])
        skips.append(layers.Conv1D(20, 1, name=f"skip_{i}")(z))
        x = layers.Add(name=f"residual_{i}")([layers.Conv1D(12, 1, name=f"res_{i}")(z), x])
    x = layers.Activation("relu", name="head_relu_1")(layers.Add(name="skips")(skips))
    x = layers.Conv1D(20, 1, activation="relu", name="head_1")(x)
    return keras.Model(samples, layers.Conv1D(32, 1, name="head_2")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class CausalConv1d(nn.Conv1d):
        def forward(self, x):
            return super().forward(F.pad(x, ((self.kernel_size[0] - 1) * self.dilation[0], 0)))

    class ResidualLayer(nn.Module):
        def __init__(self, residual, gate, skip, dilation):
            super().__init__()
            self.conv_filter = CausalConv1d(residual, gate, 2, dilation=dilation)
            self.conv_gate = CausalConv1d(residual, gate, 2, dilation=dilation)
            self.conv_res = nn.Conv1d(gate, residual, 1)
            self.conv_skip = nn.Conv1d(gate, skip, 1)

        def forward(self, x):
            z = torch.tanh(self.conv_filter(x)) * torch.sigmoid(self.conv_gate(x))
            return x + self.conv_res(z), self.conv_skip(z)

    class WaveNet(nn.Module):
        def __init__(self, quantization=32, residual=12, gate=16, skip=20, stacks=2, layers_per_stack=3):
            super().__init__()
            self.embed = nn.Embedding(quantization, residual)
            self.causal = CausalConv1d(residual, residual, 2)
            dilations = [2**i for i in range(layers_per_stack)] * stacks
            self.layers = nn.ModuleList([ResidualLayer(residual, gate, skip, d) for d in dilations])
            self.post = nn.Sequential(nn.ReLU(), nn.Conv1d(skip, skip, 1), nn.ReLU(), nn.Conv1d(skip, quantization, 1))

        def forward(self, x):
            x = self.causal(self.embed(x).transpose(1, 2))
            total = 0
            for layer in self.layers:
                x, skip = layer(x)
                total = total + skip
            return self.post(total).transpose(1, 2)

    return WaveNet()
