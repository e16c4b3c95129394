"""QuartzNet: SeparableConv1D, then one norm in Keras; the port normalises between depthwise and pointwise as well."""

INPUTS = ("18x7",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["layer-missing", "norm-other"],
            "keras": ["b*_sep*", "b*_bn*"],
            "torch": ["blocks.*.mconv*", "blocks.*.*_norm*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    def norm(x, name):
        return layers.BatchNormalization(epsilon=1e-3, momentum=0.9, name=name)(x)

    def block(x, width, kernel, repeat, name):
        skip = norm(layers.Conv1D(width, 1, use_bias=False, name=f"{name}_skip")(x), f"{name}_skip_bn")
        for i in range(repeat):
            x = layers.SeparableConv1D(width, kernel, padding="same", use_bias=False, name=f"{name}_sep{i}")(x)
            x = norm(x, f"{name}_bn{i}")
            if i < repeat - 1:
                x = layers.Dropout(0.1)(layers.ReLU()(x))
        return layers.Dropout(0.1)(layers.ReLU()(layers.Add(name=f"{name}_add")([x, skip])))

    features = keras.Input((18, 7), name="features")
    x = layers.ReLU()(
        norm(layers.Conv1D(8, 3, padding="same", use_bias=False, name="prologue")(features), "prologue_bn")
    )
    x = block(x, 8, 5, 2, "b0")
    x = block(x, 12, 3, 2, "b1")
    return keras.Model(features, layers.Conv1D(9, 1, activation="log_softmax", name="decoder")(x))


def torch_model():
    from torch import nn
    from torch.nn import functional as F

    def bn(n):
        return nn.BatchNorm1d(n, eps=1e-3, momentum=0.1)

    class TCSConv(nn.Module):
        """Time-channel separable convolution."""

        def __init__(self, i, o, k):
            super().__init__()
            self.depthwise = nn.Conv1d(i, i, k, padding=k // 2, groups=i, bias=False)
            self.dw_norm = bn(i)
            self.pointwise = nn.Conv1d(i, o, 1, bias=False)
            self.pw_norm = bn(o)

        def forward(self, x):
            return self.pw_norm(self.pointwise(self.dw_norm(self.depthwise(x))))

    class JasperBlock(nn.Module):
        def __init__(self, i, o, k, repeat=2):
            super().__init__()
            self.mconv = nn.ModuleList([TCSConv(i if n == 0 else o, o, k) for n in range(repeat)])
            self.res = nn.Sequential(nn.Conv1d(i, o, 1, bias=False), bn(o))
            self.mout = nn.Sequential(nn.ReLU(), nn.Dropout(p=0.1))

        def forward(self, x):
            out = x
            for n, layer in enumerate(self.mconv):
                out = layer(out)
                if n < len(self.mconv) - 1:
                    out = self.mout(out)
            return self.mout(out + self.res(x))

    class QuartzNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.prologue = nn.Sequential(nn.Conv1d(7, 8, 3, padding=1, bias=False), bn(8), nn.ReLU())
            self.blocks = nn.Sequential(JasperBlock(8, 8, 5), JasperBlock(8, 12, 3))
            self.decoder = nn.Conv1d(12, 9, 1)

        def forward(self, x):
            x = self.blocks(self.prologue(x.transpose(1, 2)))
            return F.log_softmax(self.decoder(x).transpose(1, 2), dim=-1)

    return QuartzNet()
