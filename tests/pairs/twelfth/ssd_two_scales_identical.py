"""Single-shot detector on two scales: the boxes of all anchors in one list, in the order rows, columns, anchors, and a
learnt scale on the unit vectors of the finer map; class probabilities and offsets come out.
"""

INPUTS = ("32x32x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    anchors, classes = 3, 4

    class L2Normalize(layers.Layer):
        def build(self, shape):
            self.gamma = self.add_weight(
                shape=(shape[-1],), initializer=keras.initializers.Constant(20.0), name="gamma"
            )

        def call(self, x):
            return x / ops.sqrt(ops.sum(ops.square(x), axis=-1, keepdims=True) + 1e-8) * self.gamma

    def conv(x, filters, stride, name):
        x = layers.ZeroPadding2D(1, name=f"{name}_pad")(x)
        x = layers.Conv2D(filters, 3, strides=stride, use_bias=False, name=name)(x)
        x = layers.BatchNormalization(momentum=0.97, epsilon=1e-4, name=f"{name}_bn")(x)
        return layers.ReLU(6.0, name=f"{name}_relu6")(x)

    image = keras.Input((32, 32, 3), name="image")
    x = conv(image, 8, 2, "stem")
    x = fine = conv(x, 12, 2, "stage_1")
    coarse = conv(x, 16, 2, "stage_2")
    fine = L2Normalize(name="fine_unit")(fine)
    labels, boxes = [], []
    for name, level in (("fine", fine), ("coarse", coarse)):
        c = layers.Conv2D(anchors * classes, 3, padding="same", name=f"{name}_classes")(level)
        b = layers.Conv2D(anchors * 4, 3, padding="same", name=f"{name}_boxes")(level)
        labels.append(layers.Reshape((-1, classes), name=f"{name}_class_list")(c))
        boxes.append(layers.Reshape((-1, 4), name=f"{name}_box_list")(b))
    scores = layers.Softmax(name="scores")(layers.Concatenate(axis=1, name="all_classes")(labels))
    return keras.Model(image, [scores, layers.Concatenate(axis=1, name="all_boxes")(boxes)])


def torch_model():
    import torch
    from torch import nn

    class ConvBNReLU(nn.Sequential):
        def __init__(self, c_in, c_out, stride):
            super().__init__(
                nn.Conv2d(c_in, c_out, 3, stride, 1, bias=False),
                nn.BatchNorm2d(c_out, eps=1e-4, momentum=0.03),
                nn.ReLU6(),
            )

    class L2Norm(nn.Module):
        def __init__(self, channels, scale=20.0):
            super().__init__()
            self.weight = nn.Parameter(torch.full((channels,), scale))

        def forward(self, x):
            norm = x.pow(2).sum(dim=1, keepdim=True).add(1e-8).sqrt()
            return self.weight[None, :, None, None] * (x / norm)

    class SSD(nn.Module):
        def __init__(self, n_anchors=3, n_classes=4):
            super().__init__()
            self.n_classes = n_classes
            self.backbone = nn.ModuleDict(
                {"c1": ConvBNReLU(3, 8, 2), "c2": ConvBNReLU(8, 12, 2), "c3": ConvBNReLU(12, 16, 2)}
            )
            self.l2norm = L2Norm(12)
            self.loc = nn.ModuleList([nn.Conv2d(c, n_anchors * 4, 3, padding=1) for c in (12, 16)])
            self.conf = nn.ModuleList([nn.Conv2d(c, n_anchors * n_classes, 3, padding=1) for c in (12, 16)])

        def forward(self, x):
            c2 = self.backbone["c2"](self.backbone["c1"](x))
            sources = [self.l2norm(c2), self.backbone["c3"](c2)]
            loc, conf = [], []
            for s, where, c in zip(sources, self.loc, self.conf, strict=True):
                loc.append(where(s).permute(0, 2, 3, 1).contiguous().view(s.size(0), -1))
                conf.append(c(s).permute(0, 2, 3, 1).contiguous().view(s.size(0), -1))
            loc, conf = torch.cat(loc, 1), torch.cat(conf, 1)
            conf = conf.view(conf.size(0), -1, self.n_classes)
            return conf.softmax(-1), loc.view(loc.size(0), -1, 4)

    return SSD()
