"""Two-speed network for actions in short clips: a slow path that sees two of eight frames and a fast one that sees all,
lateral connections from fast to slow, and two heads for verb and noun. The Keras scores are near, but not the same.
"""

INPUTS = ("8x24x24x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["wiring-other", "crop-place"],
            "keras": ["slow_frames", "slow_stem", "get_item*"],
            "torch": ["pack", "pack.*", "index_select*", "s1_slow"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    alpha = 4

    def conv(x, width, kernel, name, strides=1):
        x = layers.Conv3D(width, kernel, strides=strides, padding="valid", use_bias=False, name=name)(
            layers.ZeroPadding3D([k // 2 for k in kernel], name=f"{name}_pad")(x)
        )
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn")(x)
        return layers.ReLU(name=f"{name}_relu")(x)

    class EveryFrame(layers.Layer):
        def __init__(self, step, **kwargs):
            super().__init__(**kwargs)
            self.step = step

        def call(self, clip):
            return clip[:, :: self.step]

    clip = keras.Input((8, 24, 24, 3), name="clip")
    slow = conv(EveryFrame(alpha, name="slow_frames")(clip), 12, (1, 5, 5), "slow_stem", (1, 2, 2))
    fast = conv(clip, 4, (5, 5, 5), "fast_stem", (1, 2, 2))
    for i, width in enumerate((16, 20)):
        lateral = conv(fast, 8, (5, 1, 1), f"lateral{i}", (alpha, 1, 1))
        slow = layers.Concatenate(name=f"fuse{i}")([slow, lateral])
        slow = conv(slow, width, (1, 3, 3), f"slow{i}", (1, 2, 2))
        fast = conv(fast, width // 4, (3, 3, 3), f"fast{i}", (1, 2, 2))
    x = layers.Concatenate(name="both")(
        [layers.GlobalAveragePooling3D(name="slow_pool")(slow), layers.GlobalAveragePooling3D(name="fast_pool")(fast)]
    )
    x = layers.Dropout(0.5, name="drop")(x)
    return keras.Model(clip, (layers.Dense(5, name="verb")(x), layers.Dense(7, name="noun")(x)), name="slowfast")


def torch_model():
    import torch
    from torch import nn

    class ConvBN(nn.Sequential):
        def __init__(self, cin, cout, kernel, stride=(1, 1, 1)):
            padding = tuple(k // 2 for k in kernel)
            super().__init__(
                nn.Conv3d(cin, cout, kernel, stride, padding, bias=False), nn.BatchNorm3d(cout), nn.ReLU(inplace=True)
            )

    class PackPathway(nn.Module):
        def __init__(self, alpha):
            super().__init__()
            self.alpha = alpha

        def forward(self, frames):
            last = frames.shape[2] - 1
            index = torch.linspace(0, last, frames.shape[2] // self.alpha, device=frames.device).long()
            return torch.index_select(frames, 2, index), frames

    class SlowFast(nn.Module):
        def __init__(self, alpha=4):
            super().__init__()
            self.pack = PackPathway(alpha)
            self.s1_slow = ConvBN(3, 12, (1, 5, 5), (1, 2, 2))
            self.s1_fast = ConvBN(3, 4, (5, 5, 5), (1, 2, 2))
            self.slow = nn.ModuleList([ConvBN(20, 16, (1, 3, 3), (1, 2, 2)), ConvBN(24, 20, (1, 3, 3), (1, 2, 2))])
            self.fast = nn.ModuleList([ConvBN(4, 4, (3, 3, 3), (1, 2, 2)), ConvBN(4, 5, (3, 3, 3), (1, 2, 2))])
            self.fuse = nn.ModuleList(ConvBN(4, 8, (5, 1, 1), (alpha, 1, 1)) for _ in range(2))
            self.dropout = nn.Dropout(0.5)
            self.head_verb = nn.Linear(25, 5)
            self.head_noun = nn.Linear(25, 7)

        def forward(self, clip):
            slow, fast = self.pack(clip)
            slow, fast = self.s1_slow(slow), self.s1_fast(fast)
            for slow_block, fast_block, fuse in zip(self.slow, self.fast, self.fuse, strict=True):
                slow = slow_block(torch.cat([slow, fuse(fast)], dim=1))
                fast = fast_block(fast)
            x = torch.cat([slow.mean((2, 3, 4)), fast.mean((2, 3, 4))], dim=1)
            x = self.dropout(x)
            return self.head_verb(x), self.head_noun(x)

    return SlowFast()
