"""Speech separation after Conv-TasNet with the non-causal recipe: encoder, dilated blocks, masks for two speakers,
decoder. My Keras version of the separator separates worse than the PyTorch one.
"""

INPUTS = ("128",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-layer-axes", "norm-axis", "norm-other"],
            "keras": ["block0_norm1"],
            "torch": ["separator.0.norm1", "separator.0", "mean*", "var*", "sub*", "pow*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    def block(x, skips, dilation, name):
        y = layers.Conv1D(24, 1, name=f"{name}_expand")(x)
        y = layers.PReLU(shared_axes=[1, 2], name=f"{name}_prelu1")(y)
        y = layers.LayerNormalization(epsilon=1e-8, name=f"{name}_norm1")(y)
        y = layers.DepthwiseConv1D(3, padding="same", dilation_rate=dilation, name=f"{name}_depthwise")(y)
        y = layers.PReLU(shared_axes=[1, 2], name=f"{name}_prelu2")(y)
        y = layers.LayerNormalization(epsilon=1e-8, name=f"{name}_norm2")(y)
        skips.append(layers.Conv1D(10, 1, name=f"{name}_skip")(y))
        if len(skips) == blocks:
            return None
        return layers.Add(name=f"{name}_add")([x, layers.Conv1D(12, 1, name=f"{name}_residual")(y)])

    blocks = 4
    wave = keras.Input((128,), name="wave")
    x = layers.Reshape((128, 1), name="mono")(wave)
    code = layers.Conv1D(16, 8, strides=4, use_bias=False, activation="relu", name="encoder")(x)
    x = layers.Conv1D(12, 1, name="bottleneck")(code)
    skips = []
    for i in range(blocks):
        x = block(x, skips, 2 ** (i % 2), f"block{i}")
    x = layers.Add(name="skips")(skips)
    x = layers.PReLU(shared_axes=[1, 2], name="mask_prelu")(x)
    masks = layers.Conv1D(32, 1, activation="sigmoid", name="masks")(x)
    masks = layers.Reshape((31, 2, 16), name="speakers")(masks)
    parts = []
    decoder = layers.Conv1DTranspose(1, 8, strides=4, use_bias=False, name="decoder")
    for s in range(2):
        parts.append(decoder(layers.Multiply(name=f"masked{s}")([code, masks[:, :, s]])))
    return keras.Model(wave, ops.squeeze(ops.stack(parts, axis=1), -1))


def torch_model():
    import torch
    from torch import nn

    class GlobalLayerNorm(nn.Module):
        def __init__(self, channels, eps=1e-8):
            super().__init__()
            self.gamma = nn.Parameter(torch.ones(channels))
            self.beta = nn.Parameter(torch.zeros(channels))
            self.eps = eps

        def forward(self, y):
            mean = y.mean(dim=(1, 2), keepdim=True)
            var = ((y - mean) ** 2).mean(dim=(1, 2), keepdim=True)
            return self.gamma[:, None] * (y - mean) / torch.sqrt(var + self.eps) + self.beta[:, None]

    class Block(nn.Module):
        def __init__(self, channels, hidden, skip, dilation, no_residual=False):
            super().__init__()
            self.conv1x1 = nn.Conv1d(channels, hidden, 1)
            self.prelu1 = nn.PReLU()
            self.norm1 = GlobalLayerNorm(hidden)
            self.dconv = nn.Conv1d(hidden, hidden, 3, padding=dilation, dilation=dilation, groups=hidden)
            self.prelu2 = nn.PReLU()
            self.norm2 = GlobalLayerNorm(hidden)
            self.res = None if no_residual else nn.Conv1d(hidden, channels, 1)
            self.skip = nn.Conv1d(hidden, skip, 1)

        def forward(self, x):
            y = self.norm1(self.prelu1(self.conv1x1(x)))
            y = self.norm2(self.prelu2(self.dconv(y)))
            return None if self.res is None else x + self.res(y), self.skip(y)

    class ConvTasNet(nn.Module):
        def __init__(self, speakers=2, filters=16):
            super().__init__()
            self.speakers, self.filters = speakers, filters
            self.encoder = nn.Conv1d(1, filters, 8, stride=4, bias=False)
            self.bottleneck = nn.Conv1d(filters, 12, 1)
            self.separator = nn.ModuleList(Block(12, 24, 10, 2 ** (i % 2), no_residual=i == 3) for i in range(4))
            self.mask = nn.Sequential(nn.PReLU(), nn.Conv1d(10, speakers * filters, 1), nn.Sigmoid())
            self.decoder = nn.ConvTranspose1d(filters, 1, 8, stride=4, bias=False)

        def forward(self, wave):
            code = torch.relu(self.encoder(wave.unsqueeze(1)))
            x, total = self.bottleneck(code), 0
            for block in self.separator:
                x, skip = block(x)
                total = total + skip
            masks = self.mask(total).view(-1, self.speakers, self.filters, code.shape[-1])
            masked = code.unsqueeze(1) * masks
            out = self.decoder(masked.flatten(0, 1))
            return out.view(wave.shape[0], self.speakers, -1)

    return ConvTasNet()
