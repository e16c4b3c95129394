"""Three photographs of one object go through the same small network, the views are joined by their maximum, and two
heads give the class and a vector of unit length for retrieval, as a dictionary. The dictionaries list them in
another order.
"""

INPUTS = ("24x24x3", "24x24x3", "24x24x3")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    def trunk():
        image = keras.Input((24, 24, 3))
        x = image
        for i, (width, stride) in enumerate(((8, 1), (12, 2), (16, 2))):
            x = layers.ZeroPadding2D(1, name=f"pad{i}")(x)
            x = layers.Conv2D(width, 3, strides=stride, use_bias=False, name=f"conv{i}")(x)
            x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"bn{i}")(x)
            x = layers.Activation("silu", name=f"silu{i}")(x)
        return keras.Model(image, layers.GlobalAveragePooling2D(name="pool")(x), name="trunk")

    views = [keras.Input((24, 24, 3), name=name) for name in ("front", "side", "top")]
    shared = trunk()
    joined = layers.Maximum(name="over_views")([shared(view) for view in views])
    hidden = layers.Dense(20, activation="silu", name="hidden")(joined)
    vector = layers.Dense(9, use_bias=False, name="vector")(joined)
    norm = ops.sqrt(ops.sum(ops.square(vector), axis=-1, keepdims=True))
    return keras.Model(
        views,
        {"logits": layers.Dense(6, name="logits")(hidden), "embedding": vector / ops.maximum(norm, 1e-12)},
    )


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    def conv_bn(cin, cout, stride):
        return nn.Sequential(
            nn.Conv2d(cin, cout, 3, stride, 1, bias=False), nn.BatchNorm2d(cout), nn.SiLU(inplace=True)
        )

    class MVCNN(nn.Module):
        def __init__(self, num_classes=6, dim=9):
            super().__init__()
            self.embed = nn.Linear(16, dim, bias=False)
            self.classifier = nn.Sequential(nn.Linear(16, 20), nn.SiLU(), nn.Linear(20, num_classes))
            self.features = nn.Sequential(conv_bn(3, 8, 1), conv_bn(8, 12, 2), conv_bn(12, 16, 2))

        def forward(self, front, side, top):
            pooled = [self.features(view).mean(dim=(2, 3)) for view in (front, side, top)]
            y = torch.stack(pooled, dim=1).amax(dim=1)
            return {"embedding": F.normalize(self.embed(y), dim=1), "logits": self.classifier(y)}

    return MVCNN()
