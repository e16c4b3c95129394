"""RetinaNet's heads over three levels: shared convolutions, one long list of anchors.

Keras reshapes (H, W, A K) into (H W A, K). In PyTorch I view the A K channels as (K, A), torchvision says (A,
K): scores of one anchor end up as scores of another one's classes. The boxes are right.
"""

INPUTS = ("8x8x12", "4x4x12", "2x2x12")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["reshape-order", "flatten-channels-first", "flatten-order", "permute-axes"],
            "keras": ["cls_*", "*reshape*", "*concatenate*"],
            "torch": ["cls_logits", "*view*", "*permute*", "*cat*", "", "*reshape*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    anchors, classes = 3, 4

    def head(out, name):
        tower = keras.Sequential([keras.Input((None, None, 12))], name=name)
        for i in range(2):
            tower.add(layers.Conv2D(12, 3, padding="same", use_bias=False, name=f"{name}_conv{i}"))
            tower.add(layers.GroupNormalization(4, epsilon=1e-5, name=f"{name}_gn{i}"))
            tower.add(layers.ReLU())
        tower.add(layers.Conv2D(out, 3, padding="same", name=f"{name}_out"))
        return tower

    levels = [keras.Input((n, n, 12)) for n in (8, 4, 2)]
    cls_head, box_head = head(anchors * classes, "cls"), head(anchors * 4, "box")
    cls_outputs = [layers.Reshape((-1, classes), name=f"cls_reshape{i}")(cls_head(f)) for i, f in enumerate(levels)]
    box_outputs = [layers.Reshape((-1, 4), name=f"box_reshape{i}")(box_head(f)) for i, f in enumerate(levels)]
    scores = layers.Activation("sigmoid", name="cls_scores")(layers.Concatenate(axis=1)(cls_outputs))
    return keras.Model(levels, [scores, layers.Concatenate(axis=1)(box_outputs)])


def torch_model():
    import torch
    from torch import nn

    def tower():
        parts = []
        for _ in range(2):
            parts += [nn.Conv2d(12, 12, 3, padding=1, bias=False), nn.GroupNorm(4, 12), nn.ReLU(inplace=True)]
        return nn.Sequential(*parts)

    class RetinaNetHead(nn.Module):
        def __init__(self, num_anchors=3, num_classes=4):
            super().__init__()
            self.num_classes = num_classes
            self.cls_subnet, self.bbox_subnet = tower(), tower()
            self.cls_logits = nn.Conv2d(12, num_anchors * num_classes, 3, padding=1)
            self.bbox_pred = nn.Conv2d(12, num_anchors * 4, 3, padding=1)

        def forward(self, *features):
            all_logits, all_boxes = [], []
            for x in features:
                logits = self.cls_logits(self.cls_subnet(x))
                N, _, H, W = logits.shape
                logits = logits.view(N, self.num_classes, -1, H, W).permute(0, 3, 4, 2, 1)
                all_logits.append(logits.reshape(N, -1, self.num_classes))
                boxes = self.bbox_pred(self.bbox_subnet(x))
                all_boxes.append(boxes.view(N, -1, 4, H, W).permute(0, 3, 4, 1, 2).reshape(N, -1, 4))
            return torch.cat(all_logits, dim=1).sigmoid(), torch.cat(all_boxes, dim=1)

    return RetinaNetHead()
