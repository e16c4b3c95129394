"""FCOS head over two pyramid levels: shared towers with group norm, one learned scale per level, outputs per point."""

INPUTS = ("8x8x8", "4x4x8")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class Exponent(layers.Layer):
        """One learned number per level, then exp."""

        def build(self, shape):
            self.factor = self.add_weight(shape=(), initializer="ones", name="factor")

        def call(self, x):
            return ops.exp(x * self.factor)

    def tower(name):
        steps = [layers.Input((None, None, 8))]
        for i in range(2):
            steps += [
                layers.Conv2D(8, 3, padding="same", name=f"{name}_conv{i}"),
                layers.GroupNormalization(groups=4, epsilon=1e-5, name=f"{name}_gn{i}"),
                layers.ReLU(name=f"{name}_relu{i}"),
            ]
        return keras.Sequential(steps, name=name)

    p3, p4 = keras.Input((8, 8, 8), name="p3"), keras.Input((4, 4, 8), name="p4")
    classes, boxes = tower("class_tower"), tower("box_tower")
    to_logits = layers.Conv2D(3, 3, padding="same", name="logits")
    to_box = layers.Conv2D(4, 3, padding="same", name="box")
    to_centre = layers.Conv2D(1, 3, padding="same", name="centerness")
    found = []
    for level, feature in (("p3", p3), ("p4", p4)):
        a, b = classes(feature), boxes(feature)
        box = Exponent(name=f"exponent_{level}")(to_box(b))
        found.append([layers.Reshape((-1, n))(x) for x, n in ((to_logits(a), 3), (box, 4), (to_centre(b), 1))])
    return keras.Model([p3, p4], [layers.Concatenate(axis=1)(list(each)) for each in zip(*found, strict=True)])


def torch_model():
    import torch
    from torch import nn

    class Scale(nn.Module):
        def __init__(self, init_value=1.0):
            super().__init__()
            self.scale = nn.Parameter(torch.FloatTensor([init_value]))

        def forward(self, input):
            return input * self.scale

    class FCOSHead(nn.Module):
        def __init__(self, in_channels=8, num_classes=3, num_convs=2):
            super().__init__()
            for branch in ("cls_tower", "bbox_tower"):
                tower = []
                for _ in range(num_convs):
                    tower.append(nn.Conv2d(in_channels, in_channels, kernel_size=3, stride=1, padding=1, bias=True))
                    tower.append(nn.GroupNorm(4, in_channels))
                    tower.append(nn.ReLU())
                self.add_module(branch, nn.Sequential(*tower))
            self.cls_logits = nn.Conv2d(in_channels, num_classes, kernel_size=3, padding=1)
            self.bbox_pred = nn.Conv2d(in_channels, 4, kernel_size=3, padding=1)
            self.centerness = nn.Conv2d(in_channels, 1, kernel_size=3, padding=1)
            self.scales = nn.ModuleList([Scale(init_value=1.0) for _ in range(2)])

        @staticmethod
        def flat(x):
            n, c = x.shape[:2]
            return x.view(n, c, -1).permute(0, 2, 1)

        def forward(self, *features):
            logits, bbox_reg, centerness = [], [], []
            for level, feature in enumerate(features):
                box_tower = self.bbox_tower(feature)
                logits.append(self.flat(self.cls_logits(self.cls_tower(feature))))
                centerness.append(self.flat(self.centerness(box_tower)))
                bbox_reg.append(self.flat(torch.exp(self.scales[level](self.bbox_pred(box_tower)))))
            return tuple(torch.cat(each, dim=1) for each in (logits, bbox_reg, centerness))

    return FCOSHead()
