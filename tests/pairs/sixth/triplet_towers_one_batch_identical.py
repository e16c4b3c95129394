"""Triplet network for faces: Keras calls the shared encoder three times, PyTorch puts anchor, positive and negative
on top of each other, calls it once and chunks. L2-normalised embeddings and both squared distances come out;
instance norm by hand.
"""

INPUTS = ("16x16x1", "16x16x1", "16x16x1")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    @keras.saving.register_keras_serializable("triplets")
    class InstanceNorm(layers.Layer):
        def build(self, shape):
            self.beta = self.add_weight(shape=(shape[-1],), initializer="zeros", name="beta")
            self.gamma = self.add_weight(shape=(shape[-1],), initializer="ones", name="gamma")

        def call(self, x):
            mean, variance = ops.moments(x, axes=[1, 2], keepdims=True)
            return (x - mean) / ops.sqrt(variance + 1e-5) * self.gamma + self.beta

    encoder = keras.Sequential(name="encoder")
    encoder.add(keras.Input((16, 16, 1)))
    for i, filters in enumerate((6, 12)):
        encoder.add(layers.SeparableConv2D(filters, 3, padding="same", use_bias=False, name=f"sep_{i}"))
        encoder.add(InstanceNorm(name=f"in_{i}"))
        encoder.add(layers.PReLU(shared_axes=[1, 2], name=f"prelu_{i}"))
        encoder.add(layers.AveragePooling2D(2, name=f"pool_{i}"))
    encoder.add(layers.GlobalMaxPooling2D())
    encoder.add(layers.Dense(8, name="embedding"))
    encoder.add(layers.UnitNormalization())
    faces = [keras.Input((16, 16, 1), name=name) for name in ("anchor", "positive", "negative")]
    a, p, n = (encoder(face) for face in faces)
    near = ops.sum(ops.square(a - p), axis=1)
    far = ops.sum(ops.square(a - n), axis=1)
    return keras.Model(faces, [near, far, a])


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    def conv_block(c_in, c_out):
        return [
            nn.Conv2d(c_in, c_in, 3, padding=1, groups=c_in, bias=False),
            nn.Conv2d(c_in, c_out, 1, bias=False),
            nn.InstanceNorm2d(c_out, affine=True),
            nn.PReLU(c_out),
            nn.AvgPool2d(2),
        ]

    class TripletNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.features = nn.Sequential(*conv_block(1, 6), *conv_block(6, 12))
            self.fc = nn.Linear(12, 8)

        def forward(self, anchor, positive, negative):
            x = torch.cat([anchor, positive, negative])
            x = self.features(x).flatten(2).amax(2)
            e1, e2, e3 = F.normalize(self.fc(x)).chunk(3)
            return (e1 - e2).pow(2).sum(1), (e1 - e3).pow(2).sum(1), e1

    return TripletNet()
