"""Bilinear CNN for birds: two streams, outer products summed over the positions, signed root, unit length, dense."""

INPUTS = ("24x24x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    def stream(x, widths, name):
        for i, width in enumerate(widths):
            x = layers.Conv2D(width, 3, strides=2, padding="valid", name=f"{name}_{i}")(x)
            x = layers.LeakyReLU(negative_slope=0.25)(x)
        return x

    class BilinearPooling(layers.Layer):
        def call(self, a, b):
            area = a.shape[1] * a.shape[2]
            both = ops.einsum("bhwi,bhwj->bij", a, b) / area
            flat = ops.reshape(both, (-1, a.shape[3] * b.shape[3]))
            return ops.sign(flat) * ops.sqrt(ops.abs(flat) + 1e-5)

    image = keras.Input((24, 24, 3))
    texture, part = stream(image, (8, 12), "texture"), stream(image, (6, 10), "part")
    x = BilinearPooling(name="bilinear")(texture, part)
    x = layers.UnitNormalization(axis=-1, name="unit")(x)
    return keras.Model(image, layers.Dense(9, name="species")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class BCNN(nn.Module):
        def __init__(self, num_classes=9):
            super().__init__()
            leaky = nn.LeakyReLU(0.25)
            self.fa = nn.Sequential(nn.Conv2d(3, 8, 3, 2), leaky, nn.Conv2d(8, 12, 3, 2), leaky)
            self.fb = nn.Sequential(nn.Conv2d(3, 6, 3, 2), leaky, nn.Conv2d(6, 10, 3, 2), leaky)
            self.fc = nn.Linear(12 * 10, num_classes)

        def forward(self, X):
            N = X.size(0)
            A, B = self.fa(X).flatten(2), self.fb(X).flatten(2)
            X = torch.bmm(A, B.transpose(1, 2)) / A.size(2)
            X = X.view(N, -1)
            X = torch.mul(torch.sign(X), torch.sqrt(torch.abs(X) + 1e-5))
            return self.fc(F.normalize(X))

    return BCNN()
