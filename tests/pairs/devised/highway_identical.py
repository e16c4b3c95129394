"""Highway layers, gate and transform of which PyTorch makes at once, and a bidirectional layer that is averaged."""

INPUTS = ("7x6",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    class Highway(layers.Layer):
        def __init__(self, **kw):
            super().__init__(**kw)
            self.h = layers.Dense(6, activation="relu", name="h")
            self.t = layers.Dense(6, activation="sigmoid", name="t")

        def call(self, x):
            t = self.t(x)
            return t * self.h(x) + (1 - t) * x

    x = keras.Input((7, 6))
    y = Highway(name="hw1")(Highway(name="hw0")(x))
    y = layers.TimeDistributed(layers.Dense(4, name="td"))(y)
    y = layers.Bidirectional(layers.LSTM(3, return_sequences=True), merge_mode="ave", name="bi")(y)
    return keras.Model(x, layers.Dense(2, name="o")(layers.GlobalMaxPooling1D()(y)))


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.gate = nn.ModuleList(nn.Linear(6, 12) for _ in range(2))
            self.td, self.bi, self.o = (
                nn.Linear(6, 4),
                nn.LSTM(4, 3, batch_first=True, bidirectional=True),
                nn.Linear(3, 2),
            )

        def forward(self, x):
            for g in self.gate:
                h, t = g(x).chunk(2, -1)
                t = t.sigmoid()
                x = torch.lerp(x, h.relu(), t)
            a, b = self.bi(self.td(x))[0].chunk(2, -1)
            return self.o(((a + b) / 2).amax(1))

    return Net()
