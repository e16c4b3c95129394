"""A global context block: its norm of the pooled map keeps the axes of the image in PyTorch."""

INPUTS = ["6x6x4"]
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    i = keras.Input((6, 6, 4))
    a = layers.Softmax(axis=1)(layers.Reshape((36, 1))(layers.Conv2D(1, 1)(i)))
    c = layers.Dot(axes=(1, 1))([layers.Reshape((36, 4))(i), a])
    c = layers.Permute((2, 1))(c)
    t = layers.Dense(2)(c)
    t = layers.ReLU()(layers.LayerNormalization(epsilon=1e-5)(t))
    t = layers.Reshape((1, 1, 4))(layers.Dense(4)(t))
    return keras.Model(i, layers.Add()([i, t]))


def torch_model():
    import torch
    from torch import nn

    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.mask = nn.Conv2d(4, 1, 1)
            self.add = nn.Sequential(nn.Conv2d(4, 2, 1), nn.LayerNorm([2, 1, 1]), nn.ReLU(), nn.Conv2d(2, 4, 1))

        def forward(self, x):
            b, c, h, w = x.shape
            m = self.mask(x).view(b, 1, h * w).softmax(2).unsqueeze(-1)
            ctx = torch.matmul(x.view(b, 1, c, h * w), m).view(b, c, 1, 1)
            return x + self.add(ctx)

    return M()
