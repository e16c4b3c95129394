"""InceptionTime on sensor series with the paper's even window lengths: PyTorch's convolution came out one step too
long, so the last step is cut off again, and the logits do not agree with Keras.
"""

INPUTS = ("32x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["same-padding-even-kernel", "crop-place"],
            "keras": ["inception_*_conv_*", "inception_*_join"],
            "torch": ["blocks.0", "blocks.*.convs*", "getitem*", "cat*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    filters, windows = 6, (16, 8, 4)

    def inception(x, n):
        tag = f"inception_{n}"
        inner = layers.Conv1D(filters, 1, padding="same", use_bias=False, name=f"{tag}_bottleneck")(x) if n else x
        branches = [
            layers.Conv1D(filters, k, padding="same", use_bias=False, name=f"{tag}_conv_{k}")(inner) for k in windows
        ]
        pooled = layers.MaxPool1D(3, strides=1, padding="same", name=f"{tag}_pool")(x)
        branches.append(layers.Conv1D(filters, 1, padding="same", use_bias=False, name=f"{tag}_behind_pool")(pooled))
        x = layers.Concatenate(axis=2, name=f"{tag}_join")(branches)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{tag}_bn")(x)
        return layers.Activation("relu", name=f"{tag}_relu")(x)

    series = keras.Input((32, 3))
    x = shortcut = series
    for n in range(3):
        x = inception(x, n)
    shortcut = layers.Conv1D(4 * filters, 1, padding="same", use_bias=False, name="shortcut")(shortcut)
    shortcut = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="shortcut_bn")(shortcut)
    x = layers.Activation("relu", name="residual_relu")(layers.Add(name="residual")([x, shortcut]))
    x = layers.GlobalAveragePooling1D(name="gap")(x)
    return keras.Model(series, layers.Dense(4, name="classes")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class SameConv(nn.Conv1d):
        def __init__(self, c_in, c_out, ks):
            super().__init__(c_in, c_out, ks, padding=ks // 2, bias=False)

        def forward(self, x):
            return super().forward(x)[..., : x.shape[-1]]

    class InceptionModule(nn.Module):
        def __init__(self, ni, nf=6, kss=(16, 8, 4), bottleneck=True):
            super().__init__()
            self.bottleneck = nn.Conv1d(ni, nf, 1, bias=False) if bottleneck else nn.Identity()
            self.convs = nn.ModuleList([SameConv(nf if bottleneck else ni, nf, k) for k in kss])
            self.maxconvpool = nn.Sequential(nn.MaxPool1d(3, stride=1, padding=1), nn.Conv1d(ni, nf, 1, bias=False))
            self.bn = nn.BatchNorm1d(nf * 4)

        def forward(self, x):
            y = self.bottleneck(x)
            return F.relu(self.bn(torch.cat([conv(y) for conv in self.convs] + [self.maxconvpool(x)], dim=1)))

    class InceptionTime(nn.Module):
        def __init__(self, c_in=3, c_out=4, nf=6):
            super().__init__()
            widths = [c_in, 4 * nf, 4 * nf]
            self.blocks = nn.Sequential(*[InceptionModule(w, nf, bottleneck=i > 0) for i, w in enumerate(widths)])
            self.shortcut = nn.Sequential(nn.Conv1d(c_in, 4 * nf, 1, bias=False), nn.BatchNorm1d(4 * nf))
            self.fc = nn.Linear(4 * nf, c_out)

        def forward(self, x):
            x = x.transpose(1, 2)
            x = F.relu(self.blocks(x) + self.shortcut(x))
            return self.fc(x.mean(-1))

    return InceptionTime()
