"""Mean over words: the port leaves padding (id 0) out, Keras counts it."""

INPUTS = ("9:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["pool-global-mask", "attention-mask-missing"],
            "keras": ["global_average_pooling1d"],
            "torch": ["mul", "sum*", "div", "truediv", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    ids = keras.Input((9,), dtype="int32")
    x = layers.GlobalAveragePooling1D()(layers.Embedding(20, 6)(ids))
    return keras.Model(ids, layers.Dense(2)(x))


def torch_model():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed = nn.Embedding(20, 6)
            self.out = nn.Linear(6, 2)

        def forward(self, ids):
            keep = (ids != 0).unsqueeze(-1)
            x = (self.embed(ids) * keep).sum(1) / keep.sum(1).clamp(min=1)
            return self.out(x)

    return Net()
