"""The port takes the best path through the tags, Keras the sum of all."""

INPUTS = ("8x5",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["pool-other", "activation-other"], "keras": ["*"], "torch": ["*"]}],
}


def keras_model():
    import keras
    from keras import layers, ops

    class Trans(layers.Layer):
        def build(self, s):
            self.t = self.add_weight(shape=(4, 4), name="t")

        def call(self, e):
            a = e[:, 0]
            for i in range(1, 8):
                a = ops.logsumexp(ops.expand_dims(a, 2) + self.t, axis=1) + e[:, i]
            return ops.logsumexp(a, axis=1, keepdims=True)

    x = keras.Input((8, 5), name="x")
    h = layers.LSTM(6, return_sequences=True, name="l")(x)
    return keras.Model(x, Trans(name="crf")(layers.Dense(4, name="em")(h)))


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.l, self.em, self.trans = (
                nn.LSTM(5, 6, batch_first=True),
                nn.Linear(6, 4),
                nn.Parameter(torch.randn(4, 4)),
            )

        def forward(self, x):
            e = self.em(self.l(x)[0])
            a = e[:, 0]
            for i in range(1, 8):
                a = (a[:, :, None] + self.trans[None] + e[:, i, None, :]).amax(1)
            return torch.logsumexp(a, 1, keepdim=True)

    return Net()
