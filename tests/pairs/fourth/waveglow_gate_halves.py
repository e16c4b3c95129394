"""WaveGlow: two flows (1x1 convolution, affine coupling by a small WaveNet), conditioned on a spectrogram. NVIDIA's
gate is tanh of the first half times sigmoid of the second; F.glu-like thinking made mine the other way round.
"""

INPUTS = ("20x8", "20x6")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["split-order", "activation-other"],
            "keras": ["wn_?*", "*tanh*", "*sigmoid*"],
            "torch": ["wn.*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class WN(layers.Layer):
        def __init__(self, half, width=8, depth=3, **kwargs):
            super().__init__(**kwargs)
            self.width, self.depth = width, depth
            self.start = layers.Conv1D(width, 1, name="start")
            self.dilated = [
                layers.Conv1D(2 * width, 3, padding="same", dilation_rate=2**i, name=f"in_{i}") for i in range(depth)
            ]
            self.cond = [layers.Conv1D(2 * width, 1, name=f"cond_{i}") for i in range(depth)]
            self.res_skip = [
                layers.Conv1D(2 * width if i < depth - 1 else width, 1, name=f"res_skip_{i}") for i in range(depth)
            ]
            self.end = layers.Conv1D(2 * half, 1, name="end")

        def call(self, audio, mel):
            x, total = self.start(audio), 0.0
            for i in range(self.depth):
                acts = self.dilated[i](x) + self.cond[i](mel)
                gate, value = acts[..., : self.width], acts[..., self.width :]
                both = self.res_skip[i](ops.tanh(value) * ops.sigmoid(gate))
                if i < self.depth - 1:
                    x = x + both[..., : self.width]
                    total = total + both[..., self.width :]
                else:
                    total = total + both
            return self.end(total)

    audio = keras.Input((20, 8), name="audio")
    mel = keras.Input((20, 6), name="mel")
    x, scales = audio, []
    for i in range(2):
        x = layers.Dense(8, use_bias=False, kernel_initializer="orthogonal", name=f"mix_{i}")(x)
        a, b = ops.split(x, 2, axis=-1)
        shift, log_s = ops.split(WN(4, name=f"wn_{i}")(a, mel), 2, axis=-1)
        x = layers.Concatenate(name=f"flow_{i}")([a, ops.exp(log_s) * b + shift])
        scales.append(ops.sum(log_s, axis=(1, 2)))
    return keras.Model([audio, mel], [x, layers.Add(name="log_scales")(scales)])


def torch_model():
    import torch
    from torch import nn

    def fused_add_tanh_sigmoid_multiply(input_a, input_b, n_channels):
        in_act = input_a + input_b
        return torch.tanh(in_act[:, :n_channels]) * torch.sigmoid(in_act[:, n_channels:])

    class WN(nn.Module):
        def __init__(self, half, mels, n=8, depth=3):
            super().__init__()
            self.n, self.depth = n, depth
            self.start, self.end = nn.Conv1d(half, n, 1), nn.Conv1d(n, 2 * half, 1)
            self.in_layers, self.res_skip_layers, self.cond_layers = nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
            for i in range(depth):
                self.in_layers.append(nn.Conv1d(n, 2 * n, 3, dilation=2**i, padding=2**i))
                self.cond_layers.append(nn.Conv1d(mels, 2 * n, 1))
                self.res_skip_layers.append(nn.Conv1d(n, 2 * n if i < depth - 1 else n, 1))

        def forward(self, audio, spect):
            audio = self.start(audio)
            output = torch.zeros_like(audio)
            for i in range(self.depth):
                acts = fused_add_tanh_sigmoid_multiply(self.in_layers[i](audio), self.cond_layers[i](spect), self.n)
                res_skip = self.res_skip_layers[i](acts)
                if i < self.depth - 1:
                    audio = audio + res_skip[:, : self.n]
                    output = output + res_skip[:, self.n :]
                else:
                    output = output + res_skip
            return self.end(output)

    class WaveGlow(nn.Module):
        def __init__(self, group=8, mels=6):
            super().__init__()
            self.convinv = nn.ModuleList([nn.Conv1d(group, group, 1, bias=False) for _ in range(2)])
            self.wn = nn.ModuleList([WN(group // 2, mels) for _ in range(2)])

        def forward(self, audio, spect):
            log_s_sum = 0.0
            for conv, wn in zip(self.convinv, self.wn, strict=True):
                a, b = conv(audio).chunk(2, 1)
                shift, log_s = wn(a, spect).chunk(2, 1)
                audio = torch.cat([a, torch.exp(log_s) * b + shift], 1)
                log_s_sum = log_s_sum + log_s.sum((1, 2))
            return audio, log_s_sum

    return WaveGlow()
