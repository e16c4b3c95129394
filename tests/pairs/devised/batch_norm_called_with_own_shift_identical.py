"""A batch norm of our own calls F.batch_norm with a shift and no scale."""

INPUTS = ["8x8x3"]
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    i = keras.Input((8, 8, 3))
    x = layers.Conv2D(4, 3, use_bias=False)(i)
    x = layers.BatchNormalization(scale=False, epsilon=1e-5, momentum=0.9)(x)
    return keras.Model(i, layers.Conv2D(2, 3)(ops.relu(x)))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class BN(nn.Module):
        def __init__(self, c):
            super().__init__()
            self.beta = nn.Parameter(torch.zeros(c))
            self.register_buffer("running_mean", torch.zeros(c))
            self.register_buffer("running_var", torch.ones(c))

        def forward(self, x):
            return F.batch_norm(x, self.running_mean, self.running_var, None, self.beta, self.training, 0.1, 1e-5)

    return nn.Sequential(nn.Conv2d(3, 4, 3, bias=False), BN(4), nn.ReLU(), nn.Conv2d(4, 2, 3))
