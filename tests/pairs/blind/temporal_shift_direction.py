"""Temporal shift: the first quarter of the channels is the next frame's in Keras, the last frame's in PyTorch."""

INPUTS = ("4x8x8x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            # no rule for a shift in time: the two shifted parts have changed places
            "rules": ["split-order", "wiring-other", "concat-order"],
            "keras": ["shift*", "res*_conv1*"],
            "torch": ["layers.*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class TemporalShift(layers.Layer):
        def __init__(self, fold_div=4, **kwargs):
            super().__init__(**kwargs)
            self.fold_div = fold_div

        def call(self, x):  # (batch, time, height, width, channels)
            fold = x.shape[-1] // self.fold_div
            zeros = ops.zeros_like(x[:, :1])
            left = ops.concatenate([x[:, 1:], zeros], axis=1)[..., :fold]
            right = ops.concatenate([zeros, x[:, :-1]], axis=1)[..., fold : 2 * fold]
            return ops.concatenate([left, right, x[..., 2 * fold :]], axis=-1)

    def each_frame(layer, name):
        return layers.TimeDistributed(layer, name=name)

    clip = keras.Input((4, 8, 8, 3), name="clip")
    x = each_frame(layers.Conv2D(8, 3, padding="same", activation="relu"), "stem")(clip)
    for i in range(2):
        y = TemporalShift(name=f"shift{i}")(x)
        y = each_frame(layers.Conv2D(8, 3, padding="same", activation="relu"), f"res{i}_conv1")(y)
        y = each_frame(layers.Conv2D(8, 3, padding="same"), f"res{i}_conv2")(y)
        x = layers.ReLU(name=f"res{i}_out")(layers.Add(name=f"res{i}_add")([x, y]))
    x = layers.GlobalAveragePooling3D(name="consensus")(x)
    return keras.Model(clip, layers.Dense(4, name="action")(x))


def torch_model():
    import torch
    from torch import nn

    def temporal_shift(x: torch.Tensor, n_segment: int, fold_div: int = 4) -> torch.Tensor:
        nt, c, h, w = x.size()
        x = x.view(nt // n_segment, n_segment, c, h, w)
        fold = c // fold_div
        out = torch.zeros_like(x)
        out[:, 1:, :fold] = x[:, :-1, :fold]
        out[:, :-1, fold : 2 * fold] = x[:, 1:, fold : 2 * fold]
        out[:, :, 2 * fold :] = x[:, :, 2 * fold :]
        return out.view(nt, c, h, w)

    class ShiftBlock(nn.Module):
        def __init__(self, n, segments):
            super().__init__()
            self.segments = segments
            self.conv1 = nn.Conv2d(n, n, 3, padding=1)
            self.conv2 = nn.Conv2d(n, n, 3, padding=1)
            self.relu = nn.ReLU()

        def forward(self, x):
            y = self.relu(self.conv1(temporal_shift(x, self.segments)))
            return self.relu(self.conv2(y) + x)

    class TSN(nn.Module):
        def __init__(self, segments=4):
            super().__init__()
            self.segments = segments
            self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU())
            self.layers = nn.Sequential(ShiftBlock(8, segments), ShiftBlock(8, segments))
            self.new_fc = nn.Linear(8, 4)

        def forward(self, clip):  # (batch, channels, time, height, width)
            b, c, t, h, w = clip.shape
            x = clip.transpose(1, 2).reshape(b * t, c, h, w)
            x = self.layers(self.stem(x)).mean(dim=(2, 3))
            return self.new_fc(x.view(b, t, -1).mean(dim=1))

    return TSN()
