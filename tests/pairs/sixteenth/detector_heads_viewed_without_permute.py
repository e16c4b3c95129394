"""One-stage detector with two pyramid levels and shared heads: all convolutions agree, but the class scores and boxes
belong to other anchors in the PyTorch port.
"""

INPUTS = ("32x32x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["reshape-order", "flatten-order"],
            "keras": ["scores_*", "boxes_*", "all_scores", "all_boxes"],
            "torch": ["view*", "reshape*", "cat*", "class_head", "box_head", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    def conv(width, name, stride=1, activation="relu"):
        return layers.Conv2D(width, 3, strides=stride, padding="same", activation=activation, name=name)

    def head(outputs, name):
        return keras.Sequential(
            [
                keras.Input((None, None, 16)),
                conv(16, f"{name}_tower"),
                conv(outputs, f"{name}_out", activation=None),
            ],
            name=f"{name}_head",
        )

    image = keras.Input((32, 32, 3))
    x = conv(8, "stem")(image)
    x = layers.MaxPooling2D(name="pool_0")(x)
    c3 = layers.MaxPooling2D(name="pool_1")(conv(12, "stage_3")(x))
    c4 = layers.MaxPooling2D(name="pool_2")(conv(20, "stage_4")(c3))
    p4 = layers.Conv2D(16, 1, name="lateral_4")(c4)
    p3 = layers.Add(name="merge")([layers.Conv2D(16, 1, name="lateral_3")(c3), layers.UpSampling2D(2, name="up")(p4)])
    p3, p4 = conv(16, "smooth_3", activation=None)(p3), conv(16, "smooth_4", activation=None)(p4)
    class_head, box_head = head(3 * 5, "class"), head(3 * 4, "box")
    scores, boxes = [], []
    for level, feature in ((3, p3), (4, p4)):
        scores.append(layers.Reshape((-1, 5), name=f"scores_{level}")(class_head(feature)))
        boxes.append(layers.Reshape((-1, 4), name=f"boxes_{level}")(box_head(feature)))
    return keras.Model(
        image,
        [layers.Concatenate(axis=1, name="all_scores")(scores), layers.Concatenate(axis=1, name="all_boxes")(boxes)],
    )


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    def head(outputs):
        return nn.Sequential(
            nn.Conv2d(16, 16, 3, padding=1), nn.ReLU(inplace=True), nn.Conv2d(16, outputs, 3, padding=1)
        )

    class Detector(nn.Module):
        def __init__(self, num_classes=5, num_anchors=3):
            super().__init__()
            self.num_classes = num_classes
            self.stem = nn.Conv2d(3, 8, 3, padding=1)
            self.stage3 = nn.Conv2d(8, 12, 3, padding=1)
            self.stage4 = nn.Conv2d(12, 20, 3, padding=1)
            self.lateral = nn.ModuleDict({"p3": nn.Conv2d(12, 16, 1), "p4": nn.Conv2d(20, 16, 1)})
            self.output = nn.ModuleDict({"p3": nn.Conv2d(16, 16, 3, padding=1), "p4": nn.Conv2d(16, 16, 3, padding=1)})
            self.class_head = head(num_anchors * num_classes)
            self.box_head = head(num_anchors * 4)

        def forward(self, images):
            n = images.size(0)
            x = F.max_pool2d(self.stem(images).relu(), 2)
            c3 = F.max_pool2d(self.stage3(x).relu(), 2)
            c4 = F.max_pool2d(self.stage4(c3).relu(), 2)
            m4 = self.lateral["p4"](c4)
            m3 = self.lateral["p3"](c3) + F.interpolate(m4, scale_factor=2, mode="nearest")
            scores, boxes = [], []
            for feature in (self.output["p3"](m3), self.output["p4"](m4)):
                scores.append(self.class_head(feature).view(n, -1, self.num_classes))
                boxes.append(self.box_head(feature).view(n, -1, 4))
            return torch.cat(scores, dim=1), torch.cat(boxes, dim=1)

    return Detector()
