"""SSD in Keras with the heads of torchvision. Class scores agree; of the boxes I read the channels as (4, anchors)
because that is how the anchors are listed in my encoder, torchvision has (anchors, 4).
"""

INPUTS = ("32x32x3",)
LIBRARIES = ("torchvision",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["reshape-order", "permute-axes"],
            "keras": ["boxes_*", "all_boxes"],
            "torch": ["head.regression_head*", "head", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    anchors, classes = (4, 6, 4), 7

    def conv(n, stride, name):
        return keras.Sequential([layers.ZeroPadding2D(1), layers.Conv2D(n, 3, stride), layers.ReLU()], name=name)

    images = keras.Input((32, 32, 3))
    maps, x = [], images
    for name, n, stride in (("c1", 12, 2), ("c2", 16, 2), ("c3", 16, 2)):
        x = conv(n, stride, name)(x)
        maps.append(x)
    boxes, scores = [], []
    for i, (x, a) in enumerate(zip(maps, anchors, strict=True)):
        b = layers.Conv2D(4 * a, 3, padding="same", name=f"boxes_{i}")(x)
        b = layers.Reshape((-1, 4, a), name=f"boxes_cut_{i}")(b)
        b = layers.Permute((1, 3, 2), name=f"boxes_turned_{i}")(b)
        boxes.append(layers.Reshape((-1, 4), name=f"boxes_rows_{i}")(b))
        s = layers.Conv2D(classes * a, 3, padding="same", name=f"scores_{i}")(x)
        scores.append(layers.Reshape((-1, classes), name=f"scores_rows_{i}")(s))
    join = layers.Concatenate
    return keras.Model(images, [join(axis=1, name="all_boxes")(boxes), join(axis=1, name="all_scores")(scores)])


def torch_model():
    from torch import nn
    from torchvision.models.detection.ssd import SSDHead

    class SSD(nn.Module):
        def __init__(self):
            super().__init__()
            self.c1, self.c2, self.c3 = (nn.Conv2d(i, o, 3, 2, 1) for i, o in ((3, 12), (12, 16), (16, 16)))
            self.head = SSDHead([12, 16, 16], [4, 6, 4], 7)

        def forward(self, x):
            maps = []
            for conv in (self.c1, self.c2, self.c3):
                x = conv(x).relu()
                maps.append(x)
            found = self.head(maps)
            return found["bbox_regression"], found["cls_logits"]

    return SSD()
