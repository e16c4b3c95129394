"""WaveNet gate: torch.tanh(f) * g, the sigmoid of the gate was lost in the port."""

INPUTS = ("20x1",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["activation-other"],
            "keras": ["gate_1", "conv1d*"],
            "torch": ["layers.1.gate", "layers.1.mul", "layers.1"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    x = inputs = keras.Input((20, 1))
    x = layers.Conv1D(6, 1, name="front")(x)
    for i, d in enumerate((1, 2)):
        f = layers.Conv1D(6, 3, dilation_rate=d, padding="causal", activation="tanh", name=f"filter_{i}")(x)
        g = layers.Conv1D(6, 3, dilation_rate=d, padding="causal", activation="sigmoid", name=f"gate_{i}")(x)
        x = x + f * g
    return keras.Model(inputs, layers.Conv1D(1, 1, name="sample")(x))


def torch_model():
    import torch
    from torch import nn

    class CausalConv(nn.Conv1d):
        def forward(self, x):
            left = (self.kernel_size[0] - 1) * self.dilation[0]
            return super().forward(nn.functional.pad(x, (left, 0)))

    class Layer(nn.Module):
        def __init__(self, dilation, gated):
            super().__init__()
            self.filter = CausalConv(6, 6, 3, dilation=dilation)
            self.gate = CausalConv(6, 6, 3, dilation=dilation)
            self.gated = gated

        def forward(self, x):
            g = self.gate(x)
            if self.gated:
                g = g.sigmoid()
            return x + torch.tanh(self.filter(x)) * g

    class Vocoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.front = nn.Conv1d(1, 6, 1)
            self.layers = nn.Sequential(Layer(1, True), Layer(2, False))
            self.sample = nn.Conv1d(6, 1, 1)

        def forward(self, x):
            return self.sample(self.layers(self.front(x.mT))).mT

    return Vocoder()
