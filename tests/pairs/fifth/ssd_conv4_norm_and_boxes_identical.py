"""SSD head, ssd.pytorch against a Keras port: L2Norm with learned scale on the first feature map, heads on two maps,
priors and decoding (variances 0.1, 0.2). ssd.pytorch permutes to channels last before it flattens, so no order differs.
"""

INPUTS = ("16x16x6",)
TRUTH = {"identical": True}


def keras_model():
    import itertools

    import keras
    import numpy as np
    from keras import layers, ops

    def priors(sizes, scales):
        rows = []
        for k, (f, s) in enumerate(zip(sizes, scales, strict=True)):
            for i, j in itertools.product(range(f), repeat=2):
                cx, cy, larger = (j + 0.5) / f, (i + 0.5) / f, (s * (s + 0.2)) ** 0.5
                rows += [[cx, cy, s, s], [cx, cy, larger, larger]]
                for ratio in (2, 3)[: k + 1]:
                    rows += [[cx, cy, s * ratio**0.5, s / ratio**0.5], [cx, cy, s / ratio**0.5, s * ratio**0.5]]
        return np.clip(np.array(rows), 0, 1)

    class L2Normalization(layers.Layer):
        def build(self, shape):
            start = keras.initializers.Constant(20.0)
            self.gamma = self.add_weight(shape=(shape[-1],), initializer=start, name="gamma")

        def call(self, x):
            return self.gamma * x / (ops.sqrt(ops.sum(ops.square(x), axis=-1, keepdims=True)) + 1e-10)

    class DecodeBoxes(layers.Layer):
        def __init__(self, table, **kwargs):
            super().__init__(**kwargs)
            self.table = table

        def call(self, offsets):
            prior = ops.convert_to_tensor(self.table, offsets.dtype)
            dx, dy, dw, dh = ops.unstack(offsets, axis=-1)
            px, py, pw, ph = ops.unstack(prior, axis=-1)
            w, h = pw * ops.exp(0.2 * dw), ph * ops.exp(0.2 * dh)
            x, y = px + 0.1 * dx * pw - w / 2, py + 0.1 * dy * ph - h / 2
            return ops.stack([x, y, x + w, y + h], axis=-1)

    features = keras.Input((16, 16, 6))
    x = layers.Conv2D(8, 3, padding="same", activation="relu", name="conv4_3")(features)
    maps = [layers.MaxPooling2D(2, name="pool4")(L2Normalization(name="l2norm")(x))]
    x = layers.MaxPooling2D(2, name="pool4_raw")(x)
    x = layers.Conv2D(8, 3, padding="same", dilation_rate=2, activation="relu", name="fc6")(x)
    x = layers.Conv2D(12, 3, 2, activation="relu", name="conv6_2")(layers.ZeroPadding2D(1, name="conv6_pad")(x))
    maps.append(x)
    locations, confidences = [], []
    for i, (x, boxes) in enumerate(zip(maps, (4, 6), strict=True)):
        y = layers.Conv2D(4 * boxes, 3, padding="same", name=f"loc_{i}")(x)
        locations.append(layers.Reshape((-1, 4), name=f"loc_{i}_flat")(y))
        y = layers.Conv2D(3 * boxes, 3, padding="same", name=f"conf_{i}")(x)
        confidences.append(layers.Reshape((-1, 3), name=f"conf_{i}_flat")(y))
    boxes = DecodeBoxes(priors((8, 4), (0.2, 0.45)), name="boxes")(layers.Concatenate(axis=1, name="loc")(locations))
    scores = layers.Softmax(name="scores")(layers.Concatenate(axis=1, name="conf")(confidences))
    return keras.Model(features, [boxes, scores], name="ssd")


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class L2Norm(nn.Module):
        def __init__(self, n_channels, scale):
            super().__init__()
            self.weight = nn.Parameter(torch.full((n_channels,), float(scale)))

        def forward(self, x):
            norm = x.pow(2).sum(dim=1, keepdim=True).sqrt() + 1e-10
            return self.weight.unsqueeze(0).unsqueeze(2).unsqueeze(3).expand_as(x) * torch.div(x, norm)

    def prior_box():
        mean = []
        for f, s, ratios in ((8, 0.2, [2]), (4, 0.45, [2, 3])):
            for i in range(f):
                for j in range(f):
                    cx, cy = (j + 0.5) / f, (i + 0.5) / f
                    mean += [cx, cy, s, s]
                    s_prime = (s * (s + 0.2)) ** 0.5
                    mean += [cx, cy, s_prime, s_prime]
                    for ar in ratios:
                        mean += [cx, cy, s * ar**0.5, s / ar**0.5]
                        mean += [cx, cy, s / ar**0.5, s * ar**0.5]
        return torch.tensor(mean, dtype=torch.float64).view(-1, 4).clamp_(max=1, min=0)

    def decode(loc, priors, variances=(0.1, 0.2)):
        centre = priors[:, :2] + loc[..., :2] * variances[0] * priors[:, 2:]
        boxes = torch.cat((centre, priors[:, 2:] * torch.exp(loc[..., 2:] * variances[1])), -1)
        start = boxes[..., :2] - boxes[..., 2:] / 2
        return torch.cat((start, boxes[..., 2:] + start), -1)

    class SSD(nn.Module):
        def __init__(self, num_classes=3):
            super().__init__()
            self.num_classes = num_classes
            self.vgg = nn.ModuleList([nn.Conv2d(6, 8, 3, padding=1), nn.Conv2d(8, 8, 3, padding=2, dilation=2)])
            self.extras = nn.ModuleList([nn.Conv2d(8, 12, 3, stride=2, padding=1)])
            self.L2Norm = L2Norm(8, 20)
            mbox = ((8, 4), (12, 6))
            self.loc = nn.ModuleList(nn.Conv2d(n, 4 * k, 3, padding=1) for n, k in mbox)
            self.conf = nn.ModuleList(nn.Conv2d(n, num_classes * k, 3, padding=1) for n, k in mbox)
            self.register_buffer("priors", prior_box(), persistent=False)

        def forward(self, x):
            x = F.relu(self.vgg[0](x))
            sources = [F.max_pool2d(self.L2Norm(x), 2)]
            x = F.relu(self.vgg[1](F.max_pool2d(x, 2)))
            sources.append(F.relu(self.extras[0](x)))
            loc, conf = [], []
            for x, to_loc, to_conf in zip(sources, self.loc, self.conf, strict=True):
                loc.append(to_loc(x).permute(0, 2, 3, 1).contiguous())
                conf.append(to_conf(x).permute(0, 2, 3, 1).contiguous())
            loc = torch.cat([o.view(o.size(0), -1) for o in loc], 1)
            conf = torch.cat([o.view(o.size(0), -1) for o in conf], 1)
            boxes = decode(loc.view(loc.size(0), -1, 4), self.priors.to(loc.dtype))
            return boxes, conf.view(conf.size(0), -1, self.num_classes).softmax(dim=-1)

    return SSD()
