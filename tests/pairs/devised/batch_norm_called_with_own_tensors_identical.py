"""A batch norm of our own keeps its tensors and calls F.batch_norm."""

INPUTS = ["8x8x3"]
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    i = keras.Input((8, 8, 3))
    x = layers.BatchNormalization(epsilon=1e-5, momentum=0.9)(layers.Conv2D(4, 3)(i))
    return keras.Model(i, layers.Conv2D(2, 3)(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class BN(nn.Module):
        def __init__(self, c):
            super().__init__()
            self.weight = nn.Parameter(torch.ones(c))
            self.bias = nn.Parameter(torch.zeros(c))
            self.register_buffer("running_mean", torch.zeros(c))
            self.register_buffer("running_var", torch.ones(c))

        def forward(self, x):
            return F.batch_norm(
                x, self.running_mean, self.running_var, self.weight, self.bias, self.training, 0.1, 1e-5
            )

    return nn.Sequential(nn.Conv2d(3, 4, 3), BN(4), nn.Conv2d(4, 2, 3))
