"""A dense block whose new features come first on one side: ``cat([y, x])`` for ``Concatenate()([x, y])``."""

INPUTS = ("16x16x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["concat-order"], "keras": ["concatenate"], "torch": ["cat"]},
        {"rules": ["concat-order"], "keras": ["concatenate_1"], "torch": ["cat*"]},
        {"rules": ["concat-order"], "keras": ["concatenate_2"], "torch": ["cat*"]},
    ],
}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((16, 16, 3))
    x = layers.Conv2D(8, 3, padding="same")(inputs)
    for _ in range(3):
        y = layers.BatchNormalization(epsilon=1e-05, momentum=0.9)(x)
        y = layers.ReLU()(y)
        y = layers.Conv2D(4, 3, padding="same", use_bias=False)(y)
        x = layers.Concatenate()([x, y])
    x = layers.AveragePooling2D(2)(x)
    return keras.Model(inputs, layers.Dense(4)(layers.GlobalAveragePooling2D()(x)))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Conv2d(3, 8, 3, padding=1)
            self.norms = nn.ModuleList([nn.BatchNorm2d(8 + 4 * k) for k in range(3)])
            self.convs = nn.ModuleList([nn.Conv2d(8 + 4 * k, 4, 3, padding=1, bias=False) for k in range(3)])
            self.fc = nn.Linear(20, 4)

        def forward(self, x):
            x = self.stem(x)
            for norm, conv in zip(self.norms, self.convs, strict=True):
                x = torch.cat([conv(F.relu(norm(x))), x], 1)
            return self.fc(F.avg_pool2d(x, 2).mean((-1, -2)))

    return Net()
