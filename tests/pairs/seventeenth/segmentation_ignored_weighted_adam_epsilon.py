"""Street scenes in five classes with unlabelled pixels (255), rare classes weigh more, AdamW under the "poly" rate.
Keras writes the weighted mean over labelled pixels out by hand, PyTorch has it in cross_entropy.
"""

INPUTS = ("16x16x3",)
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["adam-epsilon"], "keras": ["optimizer"], "torch": ["optimizer"], "visible": False}],
}


def training_data():
    import numpy as np

    rng = np.random.default_rng(3)
    labels = rng.integers(0, 5, (32, 16, 16))
    labels[rng.random(labels.shape) < 0.2] = 255
    return rng.normal(size=(32, 16, 16, 3)).astype("float32"), labels.astype("int64")


def keras_model():
    import keras
    from keras import layers, ops

    weights = (0.5, 1.0, 2.0, 1.5, 4.0)

    def weighted_cross_entropy(y_true, y_pred):
        labels = ops.cast(y_true, "int32")
        labelled = labels != 255
        labels = ops.where(labelled, labels, 0)
        w = ops.take(ops.convert_to_tensor(weights, dtype=y_pred.dtype), labels) * ops.cast(labelled, y_pred.dtype)
        log_p = ops.log_softmax(y_pred, axis=-1)
        picked = ops.squeeze(ops.take_along_axis(log_p, ops.expand_dims(labels, -1), axis=-1), -1)
        return -ops.sum(w * picked) / ops.sum(w)

    def unit(x, width, name, dilation=1, groups=4):
        x = layers.Conv2D(width, 3, padding="same", dilation_rate=dilation, use_bias=False, name=name)(x)
        x = layers.GroupNormalization(groups, epsilon=1e-5, name=f"{name}_gn")(x)
        return layers.ReLU(name=f"{name}_relu")(x)

    image = keras.Input((16, 16, 3), name="image")
    x = unit(image, 8, "stem")
    x = layers.MaxPooling2D(2, name="shrink")(x)
    x = unit(x, 16, "body")
    branches = [unit(x, 8, f"aspp{d}", d) for d in (1, 2, 3)]
    pooled = layers.GlobalAveragePooling2D(keepdims=True, name="whole")(x)
    pooled = layers.Conv2D(8, 1, activation="relu", name="whole_conv")(pooled)
    branches.append(layers.UpSampling2D(8, name="whole_spread")(pooled))
    x = layers.Concatenate(name="aspp")(branches)
    x = layers.Conv2D(5, 1, name="classes")(x)
    x = layers.UpSampling2D(2, name="grow")(x)
    rate = keras.optimizers.schedules.PolynomialDecay(2e-3, decay_steps=200, end_learning_rate=0.0, power=0.9)
    optimizer = keras.optimizers.AdamW(rate, weight_decay=1e-2, epsilon=1e-8)
    return keras.Model(image, x), optimizer, weighted_cross_entropy


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    def conv_gn(cin, cout, dilation=1):
        conv = nn.Conv2d(cin, cout, 3, padding=dilation, dilation=dilation, bias=False)
        return nn.Sequential(conv, nn.GroupNorm(4, cout), nn.ReLU())

    class ASPP(nn.Module):
        def __init__(self, cin, cout):
            super().__init__()
            self.pool = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(cin, cout, 1), nn.ReLU())
            self.convs = nn.ModuleList(conv_gn(cin, cout, rate) for rate in (1, 2, 3))

        def forward(self, x):
            spread = self.pool(x).expand(-1, -1, *x.shape[-2:])
            return torch.cat([*(conv(x) for conv in self.convs), spread], dim=1)

    class TinyDeepLab(nn.Module):
        def __init__(self, classes=5):
            super().__init__()
            self.backbone = nn.Sequential(conv_gn(3, 8), nn.MaxPool2d(2), conv_gn(8, 16))
            self.aspp = ASPP(16, 8)
            self.classifier = nn.Conv2d(32, classes, 1)

        def forward(self, x):
            y = self.classifier(self.aspp(self.backbone(x)))
            return F.interpolate(y, size=x.shape[-2:], mode="nearest")

    def criterion(logits, target):
        weight = torch.tensor([0.5, 1.0, 2.0, 1.5, 4.0], dtype=logits.dtype, device=logits.device)
        return F.cross_entropy(logits, target.long(), weight=weight, ignore_index=255)

    model = TinyDeepLab()
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=1e-2)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: (1 - step / 200) ** 0.9)
    return model, optimizer, criterion, scheduler
