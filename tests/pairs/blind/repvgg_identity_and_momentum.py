"""RepVGG before fusion: the Keras blocks lack the identity batch norm and keep the Keras momentum."""

INPUTS = ("16x16x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["norm-momentum"], "keras": ["*dense_bn*", "*one_bn*"], "torch": ["*.bn"], "visible": False},
        {
            "rules": ["branch-missing", "layer-missing"],
            "keras": ["*block_1*", "*block_3*"],
            "torch": ["blocks.1*", "blocks.3*"],
        },
    ],
}


def keras_model():
    import keras
    from keras import layers

    class RepVGGBlock(layers.Layer):
        def __init__(self, filters, strides=1, **kwargs):
            super().__init__(**kwargs)
            self.pad = layers.ZeroPadding2D(1, name="pad")
            self.dense = layers.Conv2D(filters, 3, strides=strides, use_bias=False, name="dense")
            self.dense_bn = layers.BatchNormalization(epsilon=1e-5, name="dense_bn")
            self.one = layers.Conv2D(filters, 1, strides=strides, use_bias=False, name="one")
            self.one_bn = layers.BatchNormalization(epsilon=1e-5, name="one_bn")
            self.act = layers.ReLU(name="act")

        def call(self, x, training=None):
            y = self.dense_bn(self.dense(self.pad(x)), training=training)
            y = y + self.one_bn(self.one(x), training=training)
            return self.act(y)

    class RepVGG(keras.Model):
        def __init__(self, classes=5, **kwargs):
            super().__init__(**kwargs)
            plan = ((8, 2), (8, 1), (12, 2), (12, 1))
            self.blocks = [RepVGGBlock(n, s, name=f"block_{i}") for i, (n, s) in enumerate(plan)]
            self.gap = layers.GlobalAveragePooling2D(name="gap")
            self.linear = layers.Dense(classes, name="linear")

        def call(self, x, training=None):
            for block in self.blocks:
                x = block(x, training=training)
            return self.linear(self.gap(x))

    return RepVGG(name="rep_vgg")


def torch_model():
    from collections import OrderedDict

    from torch import nn
    from torch.nn import functional as F

    def conv_bn(i, o, k, s, p):
        return nn.Sequential(
            OrderedDict(conv=nn.Conv2d(i, o, k, stride=s, padding=p, bias=False), bn=nn.BatchNorm2d(o))
        )

    class RepVGGBlock(nn.Module):
        def __init__(self, in_channels, out_channels, stride=1):
            super().__init__()
            same = in_channels == out_channels and stride == 1
            self.rbr_identity = nn.BatchNorm2d(in_channels) if same else None
            self.rbr_dense = conv_bn(in_channels, out_channels, 3, stride, 1)
            self.rbr_1x1 = conv_bn(in_channels, out_channels, 1, stride, 0)
            self.nonlinearity = nn.ReLU()

        def forward(self, x):
            id_out = 0 if self.rbr_identity is None else self.rbr_identity(x)
            return self.nonlinearity(self.rbr_dense(x) + self.rbr_1x1(x) + id_out)

    class RepVGG(nn.Module):
        def __init__(self):
            super().__init__()
            self.blocks = nn.Sequential(
                RepVGGBlock(3, 8, 2), RepVGGBlock(8, 8), RepVGGBlock(8, 12, 2), RepVGGBlock(12, 12)
            )
            self.linear = nn.Linear(12, 5)

        def forward(self, x):
            x = F.adaptive_avg_pool2d(self.blocks(x), 1)
            return self.linear(x.view(x.size(0), -1))

    return RepVGG()
