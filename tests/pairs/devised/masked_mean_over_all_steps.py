"""A masked mean sums the real tokens and divides by the length of the padded sequence."""

INPUTS = ("7:int32",)
TRUTH = {"identical": False, "causes": [{"rules": ["pool-global-mask"], "keras": ["p"], "torch": ["div*"]}]}


def keras_model():
    import keras
    from keras import layers

    i = keras.Input((7,), dtype="int32")
    e = layers.Embedding(12, 4, mask_zero=True, name="e")(i)
    return keras.Model(i, layers.Dense(2, name="o")(layers.GlobalAveragePooling1D(name="p")(e)))


def torch_model():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.e, self.o = nn.Embedding(12, 4), nn.Linear(4, 2)

        def forward(self, i):
            m = (i != 0).to(self.e.weight.dtype)[..., None]
            return self.o((self.e(i) * m).sum(1) / i.shape[1])

    return Net()
