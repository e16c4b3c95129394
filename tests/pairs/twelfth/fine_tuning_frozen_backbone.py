"""Fine-tuning a head on a frozen backbone: trainable=False lets the batch norms of Keras infer, requires_grad_(False)
leaves those of PyTorch in training mode.
"""

INPUTS = ["16x16x3"]
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-frozen"],
            "keras": ["backbone", "backbone/*", "bn_*", "loss"],
            "torch": ["backbone", "backbone.*", "loss", ""],
            "visible": False,
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    image = keras.Input((16, 16, 3), name="image")
    x = image
    for i, width in enumerate((12, 20)):
        x = layers.Conv2D(width, 3, use_bias=False, name=f"conv_{i}")(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"bn_{i}")(x)
        x = layers.ReLU(name=f"relu_{i}")(x)
    backbone = keras.Model(image, layers.GlobalAveragePooling2D(name="features")(x), name="backbone")
    backbone.trainable = False

    photo = keras.Input((16, 16, 3), name="photo")
    model = keras.Model(photo, layers.Dense(4, name="head")(backbone(photo)))
    optimizer = keras.optimizers.SGD(0.05, momentum=0.9)
    return model, optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def torch_model():
    import torch
    from torch import nn

    class Classifier(nn.Module):
        def __init__(self, classes=4):
            super().__init__()
            self.backbone = nn.Sequential(
                nn.Conv2d(3, 12, 3, bias=False),
                nn.BatchNorm2d(12),
                nn.ReLU(inplace=True),
                nn.Conv2d(12, 20, 3, bias=False),
                nn.BatchNorm2d(20),
                nn.ReLU(inplace=True),
                nn.AdaptiveAvgPool2d(1),
                nn.Flatten(),
            )
            self.head = nn.Linear(20, classes)
            self.backbone.requires_grad_(False)

        def forward(self, x):
            return self.head(self.backbone(x))

    model = Classifier()
    trainable = (p for p in model.parameters() if p.requires_grad)
    return model, torch.optim.SGD(trainable, lr=0.05, momentum=0.9), nn.CrossEntropyLoss()
