"""The last shared layer of my point net has no rectifier in front of the maximum over the points."""

INPUTS = ("20x3",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["activation-other"], "keras": ["*"], "torch": ["*"]}],
}


def keras_model():
    import keras
    from keras import layers, ops

    x = keras.Input((20, 3), name="x")
    h = layers.Conv1D(8, 1, name="c0")(x)
    h = layers.BatchNormalization(epsilon=1e-5, momentum=0.9, name="b0")(h)
    h = layers.ReLU(name="r0")(h)
    low = h
    h = layers.Conv1D(12, 1, name="c1")(h)
    h = layers.BatchNormalization(epsilon=1e-5, momentum=0.9, name="b1")(h)
    h = layers.ReLU(name="r1")(h)
    g = layers.GlobalMaxPooling1D(name="gmp", keepdims=True)(h)
    z = layers.Concatenate(name="cat")([low, ops.repeat(g, 20, axis=1)])
    return keras.Model(x, layers.Conv1D(4, 1, name="seg")(z))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.c0, self.b0 = nn.Conv1d(3, 8, 1), nn.BatchNorm1d(8)
            self.c1, self.b1 = nn.Conv1d(8, 12, 1), nn.BatchNorm1d(12)
            self.seg = nn.Conv1d(20, 4, 1)

        def forward(self, x):
            x = x.transpose(1, 2)
            low = F.relu(self.b0(self.c0(x)))
            h = self.b1(self.c1(low))
            g = h.max(dim=2, keepdim=True)[0].expand(-1, -1, 20)
            return self.seg(torch.cat([low, g], 1)).transpose(1, 2)

    return Net()
