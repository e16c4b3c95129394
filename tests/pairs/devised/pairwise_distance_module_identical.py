"""A siamese net by a distance: written out in Keras, nn.PairwiseDistance with its epsilon in PyTorch."""

INPUTS = ("6", "6")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    a, b = keras.Input((6,)), keras.Input((6,))
    enc = layers.Dense(5, activation="relu", name="enc")
    d = ops.sqrt(ops.sum(ops.square(enc(a) - enc(b) + 1e-6), axis=-1, keepdims=True))
    return keras.Model([a, b], layers.Dense(1, activation="sigmoid", name="out")(d))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.enc, self.out = nn.Linear(6, 5), nn.Linear(1, 1)
            self.dist = nn.PairwiseDistance(keepdim=True)

        def forward(self, a, b):
            return torch.sigmoid(self.out(self.dist(F.relu(self.enc(a)), F.relu(self.enc(b)))))

    return Net()
