"""My residual GRU block normalises first; in the port the norm came behind the sum."""

INPUTS = ("6x8",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["attention-norm-position"], "keras": ["n", "g"], "torch": ["n", "add", "g", ""]}],
}


def keras_model():
    import keras
    from keras import layers

    i = keras.Input((6, 8))
    e = layers.Dense(8, name="e")(i)
    x = e + layers.GRU(8, return_sequences=True, reset_after=True, name="g")(
        layers.LayerNormalization(epsilon=1e-5, name="n")(e)
    )
    return keras.Model(i, layers.Dense(3, name="o")(x))


def torch_model():
    from torch import nn

    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.e = nn.Linear(8, 8)
            self.g = nn.GRU(8, 8, batch_first=True)
            self.n = nn.LayerNorm(8)
            self.o = nn.Linear(8, 3)

        def forward(self, x):
            x = self.e(x)
            return self.o(self.n(x + self.g(x)[0]))

    return M()
