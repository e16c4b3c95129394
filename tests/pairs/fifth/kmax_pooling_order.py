"""DCNN of Kalchbrenner with k-max pooling: ops.top_k in Keras; topk, sorted indices and gather in PyTorch.

Same numbers after the pooling if I sort them, other numbers after the dense layer.
"""

INPUTS = ("12:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["wiring-other", "reshape-order", "permute-axes", "pool-other"],
            "keras": ["kmax", "flat", "folded", "dense"],
            "torch": ["gather*", "topk*", "sort*", "flatten*", "tanh*", "fc", ""],  # folded is a tanh
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class KMaxPooling(layers.Layer):
        """The k largest of every feature map."""

        def __init__(self, k=1, **kwargs):
            super().__init__(**kwargs)
            self.k = k

        def call(self, inputs):
            shifted_input = ops.transpose(inputs, (0, 2, 1))
            return ops.top_k(shifted_input, k=self.k, sorted=True)[0]

    words = keras.Input((12,), dtype="int32")
    x = layers.Embedding(40, 8, name="embedding")(words)
    x = layers.ZeroPadding1D(2, name="wide")(x)
    x = layers.Conv1D(10, 3, name="conv")(x)
    x = KMaxPooling(4, name="kmax")(x)
    x = layers.Activation("tanh", name="folded")(layers.Flatten(name="flat")(x))
    return keras.Model(words, layers.Dense(6, activation="softmax", name="dense")(x))


def torch_model():
    import torch
    from torch import nn

    def kmax_pooling(x, dim, k):
        index = x.topk(k, dim=dim)[1].sort(dim=dim)[0]
        return x.gather(dim, index)

    class DCNN(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed = nn.Embedding(40, 8)
            self.conv = nn.Conv1d(8, 10, 3, padding=2)
            self.fc = nn.Linear(40, 6)

        def forward(self, words):
            x = self.conv(self.embed(words).transpose(1, 2))
            x = torch.tanh(kmax_pooling(x, 2, 4).flatten(1))
            return self.fc(x).softmax(-1)

    return DCNN()
