"""RetinaNet heads with group norm on a two-level pyramid: class scores are nearly right and the boxes are nonsense; the
classes are permuted before they are flattened, the boxes are not, and the norms were made with their defaults.
"""

INPUTS = ("32x32x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-epsilon"],
            "keras": ["classes_norm*", "boxes_norm*"],
            "torch": ["head.cls_tower*", "head.box_tower*"],
        },
        {
            "rules": ["reshape-order", "flatten-order"],
            "keras": ["boxes_flat*", "boxes_all"],
            "torch": ["head", "view*", "head.view*", "cat*", "head.cat*", ""],
        },
    ],
}


def keras_model():
    import keras
    from keras import layers

    anchors, classes = 3, 5

    def tower(name, outputs):
        return [
            layers.Conv2D(16, 3, padding="same", name=f"{name}_conv0"),
            layers.GroupNormalization(4, name=f"{name}_norm0"),
            layers.ReLU(),
            layers.Conv2D(16, 3, padding="same", name=f"{name}_conv1"),
            layers.GroupNormalization(4, name=f"{name}_norm1"),
            layers.ReLU(),
            layers.Conv2D(anchors * outputs, 3, padding="same", name=f"{name}_out"),
        ]

    image = keras.Input((32, 32, 3))
    x = layers.MaxPooling2D(2)(layers.Conv2D(12, 3, padding="same", activation="relu", name="c1")(image))
    c3 = layers.MaxPooling2D(2)(layers.Conv2D(16, 3, padding="same", activation="relu", name="c3")(x))
    c4 = layers.MaxPooling2D(2)(layers.Conv2D(24, 3, padding="same", activation="relu", name="c4")(c3))
    p4 = layers.Conv2D(16, 1, name="lateral4")(c4)
    p3 = layers.Add()([layers.Conv2D(16, 1, name="lateral3")(c3), layers.UpSampling2D(2)(p4)])
    pyramid = {
        "p3": layers.Conv2D(16, 3, padding="same", name="smooth3")(p3),
        "p4": layers.Conv2D(16, 3, padding="same", name="smooth4")(p4),
    }
    outputs = []
    for name, values in (("classes", classes), ("boxes", 4)):
        parts, flat = tower(name, values), []
        for level, x in pyramid.items():
            for layer in parts:
                x = layer(x)
            flat.append(layers.Reshape((-1, values), name=f"{name}_flat_{level}")(x))
        outputs.append(layers.Concatenate(axis=1, name=f"{name}_all")(flat))
    return keras.Model(image, outputs)


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Backbone(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = nn.ModuleList(
                nn.Sequential(nn.Conv2d(i, o, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
                for i, o in ((3, 12), (12, 16), (16, 24))
            )
            self.inner = nn.ModuleList([nn.Conv2d(16, 16, 1), nn.Conv2d(24, 16, 1)])
            self.layer = nn.ModuleList([nn.Conv2d(16, 16, 3, padding=1), nn.Conv2d(16, 16, 3, padding=1)])

        def forward(self, x):
            c3 = self.body[1](self.body[0](x))
            top = self.inner[1](self.body[2](c3))
            low = self.inner[0](c3)
            low = low + F.interpolate(top, size=low.shape[-2:], mode="nearest")
            return [self.layer[0](low), self.layer[1](top)]

    def tower():
        return nn.Sequential(
            nn.Conv2d(16, 16, 3, padding=1),
            nn.GroupNorm(4, 16),
            nn.ReLU(),
            nn.Conv2d(16, 16, 3, padding=1),
            nn.GroupNorm(4, 16),
            nn.ReLU(),
        )

    class RetinaHead(nn.Module):
        def __init__(self, num_anchors=3, num_classes=5):
            super().__init__()
            self.num_classes = num_classes
            self.box_tower, self.cls_tower = tower(), tower()
            self.cls_pred = nn.Conv2d(16, num_anchors * num_classes, 3, padding=1)
            self.box_pred = nn.Conv2d(16, num_anchors * 4, 3, padding=1)

        def forward(self, features):
            scores, boxes = [], []
            for f in features:
                cls = self.cls_pred(self.cls_tower(f))
                scores.append(cls.permute(0, 2, 3, 1).reshape(f.shape[0], -1, self.num_classes))
                box = self.box_pred(self.box_tower(f))
                boxes.append(box.view(f.shape[0], -1, 4))
            return torch.cat(scores, dim=1), torch.cat(boxes, dim=1)

    class RetinaNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.backbone = Backbone()
            self.head = RetinaHead()

        def forward(self, x):
            return self.head(self.backbone(x))

    return RetinaNet()
