"""PointNet for parts of objects, without the transforms: the feature of the whole cloud is put beside every point."""

INPUTS = ("20x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["reshape-order", "wiring-other"],
            "keras": ["spread", "beside", "seg_0"],
            "torch": ["repeat*", "view*", "reshape*", "cat*", "seg.0", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    def shared(x, width, name):
        x = layers.Dense(width, name=name)(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn")(x)
        return layers.Activation("relu")(x)

    cloud = keras.Input((20, 3))
    points = shared(cloud, 8, "mlp_0")
    x = shared(points, 16, "mlp_1")
    whole = layers.GlobalMaxPooling1D(name="whole")(x)
    spread = layers.Lambda(lambda t: ops.repeat(t[:, None], 20, axis=1), output_shape=(20, 16), name="spread")(whole)
    x = layers.Concatenate(name="beside")([points, spread])
    x = shared(x, 12, "seg_0")
    return keras.Model(cloud, layers.Dense(4, activation="softmax", name="parts")(x))


def torch_model():
    import torch
    from torch import nn

    def conv_bn(i, o):
        return nn.Sequential(nn.Conv1d(i, o, 1), nn.BatchNorm1d(o), nn.ReLU())

    class PointNetSeg(nn.Module):
        def __init__(self, parts=4):
            super().__init__()
            self.local, self.deep = conv_bn(3, 8), conv_bn(8, 16)
            self.seg = nn.Sequential(*conv_bn(24, 12), nn.Conv1d(12, parts, 1))

        def forward(self, cloud):
            n = cloud.size(2)
            local = self.local(cloud)
            whole, _ = self.deep(local).max(dim=2)
            whole = whole.repeat(1, n).view(-1, 16, n)
            return self.seg(torch.cat([local, whole], 1)).softmax(dim=1)

    return PointNetSeg()
