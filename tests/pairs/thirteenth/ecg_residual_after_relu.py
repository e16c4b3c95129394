"""Residual network for ECG strips with two leads: three blocks of 1D convolutions, the shortcut a 1x1 convolution where
the width changes.
"""

INPUTS = ("64x2",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["wiring-other", "activation-other"],
            "keras": ["block_*_bn2", "block_*_relu2", "block_*_add"],
            "torch": ["blocks.*", "add*", "iadd*", "relu*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    def unit(x, width, kernel, name, suffix):
        x = layers.Conv1D(width, kernel, padding="same", use_bias=False, name=f"{name}_conv{suffix}")(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn{suffix}")(x)
        return layers.ReLU(name=f"{name}_relu{suffix}")(x)

    strip = keras.Input((64, 2))
    x = unit(strip, 12, 7, "stem", 1)
    for i, width in enumerate((12, 20, 20)):
        shortcut = x
        if x.shape[-1] != width:
            shortcut = layers.Conv1D(width, 1, name=f"block_{i}_shortcut")(x)
        x = unit(x, width, 5, f"block_{i}", 1)
        x = unit(x, width, 5, f"block_{i}", 2)
        x = layers.Add(name=f"block_{i}_add")([x, shortcut])
        x = layers.MaxPooling1D(2, name=f"block_{i}_pool")(x)
    x = layers.GlobalAveragePooling1D(name="pooled")(x)
    return keras.Model(strip, layers.Dense(4, activation="softmax", name="rhythm")(x))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class ResBlock(nn.Module):
        def __init__(self, inp, out):
            super().__init__()
            self.conv1 = nn.Conv1d(inp, out, 5, padding="same", bias=False)
            self.bn1 = nn.BatchNorm1d(out)
            self.conv2 = nn.Conv1d(out, out, 5, padding="same", bias=False)
            self.bn2 = nn.BatchNorm1d(out)
            self.shortcut = nn.Identity() if inp == out else nn.Conv1d(inp, out, 1)

        def forward(self, x):
            y = F.relu(self.bn1(self.conv1(x)))
            y = self.bn2(self.conv2(y))
            return F.relu(y + self.shortcut(x))

    class ECGNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Sequential(nn.Conv1d(2, 12, 7, padding=3, bias=False), nn.BatchNorm1d(12), nn.ReLU())
            self.blocks = nn.ModuleList([ResBlock(12, 12), ResBlock(12, 20), ResBlock(20, 20)])
            self.out = nn.Linear(20, 4)

        def forward(self, x):
            x = self.stem(x.permute(0, 2, 1))
            for block in self.blocks:
                x = F.max_pool1d(block(x), 2)
            return F.softmax(self.out(x.mean(-1)), dim=1)

    return ECGNet()
