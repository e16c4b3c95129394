"""Split attention of ResNeSt with two cardinal groups: my rsoftmax in Keras reshapes to (radix, groups, -1) at once,
timm to (groups, radix, -1) and exchanges these two. With one group both are the same, and I had tested with one.
"""

INPUTS = ("24x24x3",)
LIBRARIES = ("timm",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["reshape-order", "permute-axes", "softmax-axis"],
            "keras": ["split_*", "*softmax*", "*reshape*"],
            "torch": ["splits.*.rsoftmax", "splits.*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class SplitAttention(layers.Layer):
        def __init__(self, channels, groups=2, radix=2, **kwargs):
            super().__init__(**kwargs)
            self.channels, self.groups, self.radix = channels, groups, radix
            self.pad = layers.ZeroPadding2D(1)
            self.conv = layers.Conv2D(channels * radix, 3, groups=groups * radix, use_bias=False, name="conv")
            self.norm = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="norm")
            self.fc1 = layers.Conv2D(32, 1, groups=groups, name="fc1")
            self.norm1 = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="norm1")
            self.fc2 = layers.Conv2D(channels * radix, 1, groups=groups, name="fc2")

        def call(self, x, training=None):
            x = ops.relu(self.norm(self.conv(self.pad(x)), training=training))
            splits = ops.split(x, self.radix, axis=-1)
            gap = ops.mean(sum(splits), axis=(1, 2), keepdims=True)
            gap = self.fc2(ops.relu(self.norm1(self.fc1(gap), training=training)))
            gap = ops.reshape(gap, (-1, self.radix, self.groups, self.channels // self.groups))
            gates = ops.reshape(ops.softmax(gap, axis=1), (-1, self.radix, 1, 1, self.channels))
            return sum(gates[:, i] * split for i, split in enumerate(splits))

    images = keras.Input((24, 24, 3))
    x = layers.Conv2D(16, 3, 2, name="stem")(images)
    for i in range(2):
        y = SplitAttention(16, name=f"split_{i}")(x)
        x = layers.Add(name=f"add_{i}")([layers.Conv2D(16, 1, name=f"out_{i}")(y), x])
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    return keras.Model(images, layers.Dense(4, name="fc")(x))


def torch_model():
    from timm.layers import SplitAttn
    from torch import nn

    class ResNeSt(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Conv2d(3, 16, 3, 2)
            self.splits = nn.ModuleList([SplitAttn(16, groups=2, radix=2, norm_layer=nn.BatchNorm2d) for _ in range(2)])
            self.outs = nn.ModuleList([nn.Conv2d(16, 16, 1) for _ in range(2)])
            self.fc = nn.Linear(16, 4)

        def forward(self, x):
            x = self.stem(x)
            for split, out in zip(self.splits, self.outs, strict=True):
                x = x + out(split(x))
            return self.fc(x.mean((2, 3)))

    return ResNeSt()
