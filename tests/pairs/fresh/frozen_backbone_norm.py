"""Transfer learning: frozen in both (trainable=False, requires_grad=False), yet the loss curves part at once."""

INPUTS = ["10x10x3"]
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-frozen", "train-mode-left-on"],
            "keras": ["backbone*", "*bn*"],
            "torch": ["backbone.*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    backbone = keras.Sequential(
        [
            keras.Input((10, 10, 3)),
            layers.Conv2D(8, 3, use_bias=False, name="conv"),
            layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="bn"),
            layers.ReLU(name="relu"),
            layers.GlobalAveragePooling2D(name="pool"),
        ],
        name="backbone",
    )
    backbone.trainable = False
    model = keras.Sequential([keras.Input((10, 10, 3)), backbone, layers.Dense(4, name="head")])
    return model, keras.optimizers.SGD(0.1), keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def torch_model():
    import torch
    from torch import nn

    class Transfer(nn.Module):
        def __init__(self):
            super().__init__()
            self.backbone = nn.Sequential(
                nn.Conv2d(3, 8, 3, bias=False), nn.BatchNorm2d(8), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()
            )
            for p in self.backbone.parameters():
                p.requires_grad = False
            self.head = nn.Linear(8, 4)

        def forward(self, x):
            return self.head(self.backbone(x))

    model = Transfer()
    trainable = [p for p in model.parameters() if p.requires_grad]
    return model, torch.optim.SGD(trainable, lr=0.1), nn.CrossEntropyLoss()
