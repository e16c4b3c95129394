"""1D U-Net that picks P and S phases in seismograms, trained with Adagrad and weights for the rare classes. Keras:
loops, a dict of skips, concatenation before one convolution. PyTorch: the convolution of the concatenation is
written as two, one for the skip and one for what comes from below. Class weights inside both losses, mean over all
samples.
"""

INPUTS = ("32x3",)
TRAINS = True
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    def step(x, filters, name):
        x = layers.Conv1D(filters, 5, padding="same", use_bias=False, name=name)(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=name + "_bn")(x)
        return layers.ReLU()(x)

    waves = keras.Input((32, 3), name="waves")
    skips, x = {}, waves
    for level, filters in enumerate((6, 8)):
        x = skips[level] = step(x, filters, f"enc_{level}")
        x = layers.Conv1D(filters, 4, strides=2, name=f"down_{level}")(layers.ZeroPadding1D((1, 1))(x))
    x = step(x, 12, "bottom")
    for level, filters in ((1, 8), (0, 6)):
        x = layers.Conv1DTranspose(filters, 2, strides=2, name=f"up_{level}")(x)
        x = step(layers.Concatenate()([skips[level], x]), filters, f"dec_{level}")
    model = keras.Model(waves, layers.Conv1D(3, 1, name="phases")(x))

    def weighted(y_true, y_pred):
        importance = ops.sum(y_true * ops.cast([0.25, 2.0, 4.0], y_true.dtype), axis=-1)
        return importance * ops.categorical_crossentropy(y_true, y_pred, from_logits=True)

    optimizer = keras.optimizers.Adagrad(0.0625, initial_accumulator_value=0.125, epsilon=1e-7)
    return model, optimizer, weighted


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class TwoSourceConv(nn.Module):
        def __init__(self, c_skip, c_below, c_out):
            super().__init__()
            self.from_below = nn.Conv1d(c_below, c_out, 5, padding=2, bias=False)
            self.from_skip = nn.Conv1d(c_skip, c_out, 5, padding=2, bias=False)
            self.bn = nn.BatchNorm1d(c_out)

        def forward(self, below, skip):
            return F.relu(self.bn(self.from_below(below) + self.from_skip(skip)))

    class PhaseNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.inc = self.conv_bn(3, 6)
            self.mid = self.conv_bn(6, 8)
            self.deep = self.conv_bn(8, 12)
            self.pools = nn.ModuleList([nn.Conv1d(c, c, 4, stride=2, padding=1) for c in (6, 8)])
            self.ups = nn.ModuleList([nn.ConvTranspose1d(12, 8, 2, 2), nn.ConvTranspose1d(8, 6, 2, 2)])
            self.merges = nn.ModuleList([TwoSourceConv(8, 8, 8), TwoSourceConv(6, 6, 6)])
            self.outc = nn.Conv1d(6, 3, 1)

        @staticmethod
        def conv_bn(cin, cout):
            return nn.Sequential(nn.Conv1d(cin, cout, 5, padding=2, bias=False), nn.BatchNorm1d(cout), nn.ReLU())

        def forward(self, x):
            stack = []
            x = x.transpose(1, 2)
            for encode, pool in zip((self.inc, self.mid), self.pools, strict=True):
                stack.append(encode(x))
                x = pool(stack[-1])
            x = self.deep(x)
            for up, merge in zip(self.ups, self.merges, strict=True):
                x = merge(up(x), stack.pop())
            return self.outc(x).transpose(1, 2)

    model = PhaseNet()

    def criterion(logits, onehot):
        weight = torch.tensor([0.25, 2.0, 4.0], dtype=logits.dtype)
        return -(weight * onehot * logits.log_softmax(-1)).sum(-1).mean()

    optimizer = torch.optim.Adagrad(model.parameters(), lr=0.0625, initial_accumulator_value=0.125 + 1e-7, eps=0)
    return model, optimizer, criterion


def training_data():
    import numpy as np

    rng = np.random.default_rng(3)
    waves = rng.normal(size=(24, 32, 3)).astype("float32")
    classes = rng.choice(3, size=(24, 32), p=[0.8, 0.1, 0.1])
    return waves, np.eye(3, dtype="float32")[classes]
