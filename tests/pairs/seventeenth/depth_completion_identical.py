"""Depth completion from a colour image and a sparse depth map: two encoders, one decoder, masked L1 where the target is
known, Nesterov momentum, and a quadratic penalty on the convolution kernels, written as regulariser on one side.
"""

INPUTS = ("16x16x3", "16x16x1")
TRAINS = True
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops, regularizers

    def conv(x, width, name, strides=1):
        if strides == 2:
            x = layers.ZeroPadding2D(1, name=f"{name}_pad")(x)
        x = layers.Conv2D(
            width,
            3,
            strides=strides,
            padding="valid" if strides == 2 else "same",
            kernel_regularizer=regularizers.L2(5e-4),
            name=name,
        )(x)
        return layers.Activation("elu", name=f"{name}_elu")(x)

    def masked_l1(y_true, y_pred):
        known = ops.cast(y_true > 0, y_pred.dtype)
        return ops.sum(known * ops.abs(y_true - y_pred)) / ops.maximum(ops.sum(known), 1.0)

    image = keras.Input((16, 16, 3), name="image")
    sparse = keras.Input((16, 16, 1), name="sparse")
    a0, b0 = conv(image, 8, "rgb0"), conv(sparse, 4, "depth0")
    a1, b1 = conv(a0, 12, "rgb1", 2), conv(b0, 6, "depth1", 2)
    x = layers.Concatenate(name="meet")([a1, b1])
    x = conv(x, 16, "middle")
    x = layers.UpSampling2D(2, name="grow")(x)
    x = layers.Concatenate(name="join")([x, a0, b0])
    x = conv(x, 10, "decode")
    x = layers.Conv2D(1, 3, padding="same", kernel_regularizer=regularizers.L2(5e-4), name="depth")(x)
    model = keras.Model([image, sparse], layers.Reshape((16, 16), name="squeeze")(x))
    return model, keras.optimizers.SGD(0.02, momentum=0.9, nesterov=True), masked_l1


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class CompletionNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.rgb = nn.ModuleList([nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(8, 12, 3, stride=2, padding=1)])
            self.dep = nn.ModuleList([nn.Conv2d(1, 4, 3, padding=1), nn.Conv2d(4, 6, 3, stride=2, padding=1)])
            self.bottleneck = nn.Conv2d(18, 16, 3, padding=1)
            self.dec = nn.Sequential(nn.Conv2d(28, 10, 3, padding=1), nn.ELU(), nn.Conv2d(10, 1, 3, padding=1))

        def forward(self, rgb, sparse):
            skips = []
            for conv_rgb, conv_dep in zip(self.rgb, self.dep, strict=True):
                rgb, sparse = F.elu(conv_rgb(rgb)), F.elu(conv_dep(sparse))
                skips.append(torch.cat([rgb, sparse], dim=1))
            x = F.elu(self.bottleneck(skips[1]))
            x = F.interpolate(x, scale_factor=2)
            return self.dec(torch.cat([x, skips[0]], dim=1)).squeeze(1)

    model = CompletionNet()

    def criterion(pred, target):
        valid = target > 0
        data = (pred - target).abs()[valid].sum() / valid.sum().clamp(min=1)
        kernels = [m.weight for m in model.modules() if isinstance(m, nn.Conv2d)]
        return data + 5e-4 * sum(w.pow(2).sum() for w in kernels)

    return model, torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9, nesterov=True), criterion
