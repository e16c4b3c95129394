"""Conv-TasNet separator: every frame is normalised for itself in Keras (cLN), all frames together in PyTorch (gLN)."""

INPUTS = ("14x6",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-layer-axes", "norm-axis", "norm-other"],
            "keras": ["block*_norm*"],
            "torch": ["tcn.*.norm*", "tcn.*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    def conv_block(x, dilation, name, last=False):
        y = layers.Conv1D(12, 1, name=f"{name}_in")(x)
        y = layers.PReLU(shared_axes=[1, 2], name=f"{name}_prelu1")(y)
        y = layers.LayerNormalization(epsilon=1e-8, name=f"{name}_norm1")(y)
        y = layers.DepthwiseConv1D(3, dilation_rate=dilation, padding="same", name=f"{name}_depthwise")(y)
        y = layers.PReLU(shared_axes=[1, 2], name=f"{name}_prelu2")(y)
        y = layers.LayerNormalization(epsilon=1e-8, name=f"{name}_norm2")(y)
        skip = layers.Conv1D(8, 1, name=f"{name}_skip")(y)
        if last:
            return None, skip
        residual = layers.Conv1D(8, 1, name=f"{name}_residual")(y)
        return layers.Add(name=f"{name}_add")([x, residual]), skip

    mixture = keras.Input((14, 6), name="mixture")
    x = layers.Conv1D(8, 1, name="bottleneck")(mixture)
    skips = []
    for i in range(3):
        x, skip = conv_block(x, 2**i, f"block{i}", last=i == 2)
        skips.append(skip)
    total = layers.Add(name="skips")(skips)
    total = layers.PReLU(shared_axes=[1, 2], name="out_prelu")(total)
    masks = layers.Conv1D(12, 1, activation="sigmoid", name="masks")(total)
    masks = layers.Reshape((14, 2, 6), name="by_speaker")(masks)
    return keras.Model(mixture, masks)


def torch_model():
    import torch
    from torch import nn

    class GlobalLayerNorm(nn.Module):
        def __init__(self, channels):
            super().__init__()
            self.gamma = nn.Parameter(torch.ones(1, channels, 1))
            self.beta = nn.Parameter(torch.zeros(1, channels, 1))

        def forward(self, y):
            mean = y.mean(dim=(1, 2), keepdim=True)
            var = (y - mean).pow(2).mean(dim=(1, 2), keepdim=True)
            return self.gamma * (y - mean) / torch.sqrt(var + 1e-8) + self.beta

    class ConvBlock(nn.Module):
        def __init__(self, io, hidden, dilation, no_residual=False):
            super().__init__()
            self.conv_in = nn.Conv1d(io, hidden, 1)
            self.prelu1 = nn.PReLU()
            self.norm1 = GlobalLayerNorm(hidden)
            self.depthwise = nn.Conv1d(hidden, hidden, 3, padding=dilation, dilation=dilation, groups=hidden)
            self.prelu2 = nn.PReLU()
            self.norm2 = GlobalLayerNorm(hidden)
            self.res_out = None if no_residual else nn.Conv1d(hidden, io, 1)
            self.skip_out = nn.Conv1d(hidden, io, 1)

        def forward(self, x):
            y = self.norm1(self.prelu1(self.conv_in(x)))
            y = self.norm2(self.prelu2(self.depthwise(y)))
            residual = x if self.res_out is None else x + self.res_out(y)
            return residual, self.skip_out(y)

    class MaskGenerator(nn.Module):
        def __init__(self):
            super().__init__()
            self.input_conv = nn.Conv1d(6, 8, 1)
            self.tcn = nn.ModuleList([ConvBlock(8, 12, 2**i, no_residual=i == 2) for i in range(3)])
            self.output_prelu = nn.PReLU()
            self.output_conv = nn.Conv1d(8, 12, 1)

        def forward(self, mixture):
            feats = self.input_conv(mixture.transpose(1, 2))
            output = 0.0
            for block in self.tcn:
                feats, skip = block(feats)
                output = output + skip
            masks = torch.sigmoid(self.output_conv(self.output_prelu(output)))
            return masks.transpose(1, 2).unflatten(-1, (2, 6))

    return MaskGenerator()
