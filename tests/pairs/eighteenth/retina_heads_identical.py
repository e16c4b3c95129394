"""Small RetinaNet: three levels of a feature pyramid, and one head for classes and one for boxes that both are shared
by all levels; the anchors of every pixel stand next to each other on both sides.
"""

INPUTS = ("64x64x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    anchors, classes = 3, 5

    def stage(x, width, name):
        x = layers.ZeroPadding2D(1)(x)
        x = layers.Conv2D(width, 3, strides=2, use_bias=False, name=f"{name}_conv")(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn")(x)
        return layers.ReLU()(x)

    def head(outputs, name):
        return keras.Sequential(
            [
                keras.Input((None, None, 16)),
                layers.Conv2D(16, 3, padding="same", activation="relu", name=f"{name}_1"),
                layers.Conv2D(16, 3, padding="same", activation="relu", name=f"{name}_2"),
                layers.Conv2D(outputs * anchors, 3, padding="same", name=f"{name}_out"),
            ],
            name=name,
        )

    image = keras.Input((64, 64, 3))
    c2 = stage(stage(image, 8, "c1"), 12, "c2")
    c3 = stage(c2, 16, "c3")
    c4 = stage(c3, 20, "c4")
    p4 = layers.Conv2D(16, 1, name="lateral4")(c4)
    p3 = layers.Add()([layers.UpSampling2D(2)(p4), layers.Conv2D(16, 1, name="lateral3")(c3)])
    p2 = layers.Add()([layers.UpSampling2D(2)(p3), layers.Conv2D(16, 1, name="lateral2")(c2)])
    levels = [
        layers.Conv2D(16, 3, padding="same", name=f"smooth{i}")(p) for i, p in zip((2, 3, 4), (p2, p3, p4), strict=True)
    ]
    class_head, box_head = head(classes, "class_head"), head(4, "box_head")
    scores = [layers.Reshape((-1, classes))(class_head(p)) for p in levels]
    boxes = [layers.Reshape((-1, 4))(box_head(p)) for p in levels]
    scores = layers.Activation("sigmoid")(layers.Concatenate(axis=1)(scores))
    return keras.Model(image, [scores, layers.Concatenate(axis=1)(boxes)])


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Stage(nn.Module):
        def __init__(self, cin, cout):
            super().__init__()
            self.conv = nn.Conv2d(cin, cout, 3, stride=2, padding=1, bias=False)
            self.norm = nn.BatchNorm2d(cout)

        def forward(self, x):
            return F.relu(self.norm(self.conv(x)))

    class Pyramid(nn.Module):
        def __init__(self, widths, out=16):
            super().__init__()
            self.inner = nn.ModuleList(nn.Conv2d(w, out, 1) for w in widths)
            self.layer = nn.ModuleList(nn.Conv2d(out, out, 3, padding=1) for _ in widths)

        def forward(self, features):
            last, results = None, []
            for inner, layer, x in zip(self.inner[::-1], self.layer[::-1], features[::-1], strict=True):
                x = inner(x)
                if last is not None:
                    x = x + F.interpolate(last, size=x.shape[-2:], mode="nearest")
                last = x
                results.insert(0, layer(x))
            return results

    class Head(nn.Module):
        def __init__(self, per_anchor, anchors=3, width=16):
            super().__init__()
            self.per_anchor = per_anchor
            self.tower = nn.Sequential(
                nn.Conv2d(width, width, 3, padding=1), nn.ReLU(), nn.Conv2d(width, width, 3, padding=1), nn.ReLU()
            )
            self.predict = nn.Conv2d(width, anchors * per_anchor, 3, padding=1)

        def forward(self, features):
            every = []
            for x in features:
                x = self.predict(self.tower(x))
                n, _, h, w = x.shape
                x = x.view(n, -1, self.per_anchor, h, w).permute(0, 3, 4, 1, 2)
                every.append(x.reshape(n, -1, self.per_anchor))
            return torch.cat(every, dim=1)

    class RetinaNet(nn.Module):
        def __init__(self, num_classes=5):
            super().__init__()
            self.stem = Stage(3, 8)
            self.body = nn.ModuleList([Stage(8, 12), Stage(12, 16), Stage(16, 20)])
            self.fpn = Pyramid([12, 16, 20])
            self.bbox_reg = Head(4)
            self.cls_logits = Head(num_classes)

        def forward(self, images):
            x, features = self.stem(images), []
            for stage in self.body:
                x = stage(x)
                features.append(x)
            features = self.fpn(features)
            return self.cls_logits(features).sigmoid(), self.bbox_reg(features)

    return RetinaNet()
