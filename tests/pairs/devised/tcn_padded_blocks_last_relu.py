"""My temporal blocks end without the last rectifier."""

INPUTS = ("12x5",)
TRUTH = {"identical": False, "causes": [{"rules": ["activation-other"], "keras": ["*"], "torch": ["*"]}]}


def keras_model():
    import keras
    from keras import layers

    x = keras.Input((12, 5), name="x")

    def block(z, d, i):
        a = layers.Conv1D(8, 3, padding="causal", dilation_rate=d, activation="relu", name=f"a{i}")(z)
        a = layers.SpatialDropout1D(0.2, name=f"d{i}")(a)
        a = layers.Conv1D(8, 3, padding="causal", dilation_rate=d, activation="relu", name=f"b{i}")(a)
        r = layers.Conv1D(8, 1, name=f"r{i}")(z) if z.shape[-1] != 8 else z
        return layers.Activation("relu", name=f"o{i}")(a + r)

    z = block(block(x, 1, 0), 2, 1)
    y = z[:, -1]
    return keras.Model(x, layers.Dense(3, name="out")(y))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class Block(nn.Module):
        def __init__(self, n, d):
            super().__init__()
            self.a, self.b = (
                nn.Conv1d(n, 8, 3, dilation=d),
                nn.Conv1d(
                    8,
                    8,
                    3,
                    dilation=d,
                ),
            )
            self.r = nn.Conv1d(n, 8, 1) if n != 8 else None
            self.drop = nn.Dropout1d(0.2)
            self.d = d

        def forward(self, x):
            y = self.drop(F.relu(self.a(F.pad(x, (2 * self.d, 0)))))
            y = F.relu(self.b(F.pad(y, (2 * self.d, 0))))
            r = x if self.r is None else self.r(x)
            return y + r

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.blocks = nn.ModuleList([Block(5, 1), Block(8, 2)])
            self.out = nn.Linear(8, 3)

        def forward(self, x):
            x = x.transpose(1, 2)
            for b in self.blocks:
                x = b(x)
            return self.out(x[..., -1])

    return Net()
