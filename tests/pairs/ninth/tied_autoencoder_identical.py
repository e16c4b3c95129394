"""Autoencoder whose decoder uses the encoder's weights turned round, each with a bias of its own: a DenseTranspose
layer as in Géron's book, F.linear with .t() in PyTorch.
"""

INPUTS = ("20",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class DenseTranspose(layers.Layer):
        def __init__(self, dense, activation=None, **kwargs):
            super().__init__(**kwargs)
            self.dense = dense
            self.activation = keras.activations.get(activation)

        def build(self, shape):
            self.biases = self.add_weight(name="bias", shape=(self.dense.kernel.shape[0],), initializer="zeros")

        def call(self, inputs):
            return self.activation(ops.matmul(inputs, ops.transpose(self.dense.kernel)) + self.biases)

    dense_1 = layers.Dense(12, activation="selu", name="dense_1")
    dense_2 = layers.Dense(6, activation="selu", name="dense_2")
    encoder = keras.Sequential([keras.Input((20,)), dense_1, dense_2], name="encoder")
    decoder = keras.Sequential(
        [
            keras.Input((6,)),
            DenseTranspose(dense_2, activation="selu", name="undo_2"),
            DenseTranspose(dense_1, activation="sigmoid", name="undo_1"),
        ],
        name="decoder",
    )
    return keras.Sequential([keras.Input((20,)), encoder, decoder])


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class TiedAutoEncoder(nn.Module):
        def __init__(self, sizes=(20, 12, 6)):
            super().__init__()
            pairs = list(zip(sizes, sizes[1:], strict=False))
            self.weights = nn.ParameterList([nn.Parameter(torch.randn(o, i) / i**0.5) for i, o in pairs])
            self.enc_bias = nn.ParameterList([nn.Parameter(torch.zeros(o)) for _, o in pairs])
            self.dec_bias = nn.ParameterList([nn.Parameter(torch.zeros(i)) for i, _ in pairs])

        def forward(self, x):
            for w, b in zip(self.weights, self.enc_bias, strict=True):
                x = F.selu(F.linear(x, w, b))
            x = F.selu(F.linear(x, self.weights[1].t(), self.dec_bias[1]))
            return torch.sigmoid(F.linear(x, self.weights[0].t(), self.dec_bias[0]))

    return TiedAutoEncoder()
