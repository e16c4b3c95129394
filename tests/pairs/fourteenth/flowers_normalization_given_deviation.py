"""Flower classifier that normalises its pictures inside: the port to Keras hands the well-known means and deviations
to a Normalization layer, whose second argument is the variance.
"""

INPUTS = ("40x40x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["data-variance-or-deviation"],
            "keras": ["imagenet", "conv1"],
            "torch": ["sub*", "div*", "truediv*", "conv1", "features.0", "features", "normalize*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    mean, std = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
    image = keras.Input((40, 40, 3))
    x = layers.Normalization(mean=mean, variance=std, name="imagenet")(image)
    x = layers.Conv2D(8, 5, strides=2, activation="relu", name="conv1")(x)
    x = layers.Conv2D(12, 3, activation="relu", name="conv2")(x)
    x = layers.MaxPooling2D(2, name="pool")(x)
    x = layers.Conv2D(16, 3, activation="relu", name="conv3")(x)
    x = layers.GlobalAveragePooling2D(name="gap")(x)
    return keras.Model(image, layers.Dense(5, activation="softmax", name="flowers")(x))


def torch_model():
    import torch
    from torch import nn

    class FlowerNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("mean", torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1), persistent=False)
            self.register_buffer("std", torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1), persistent=False)
            self.features = nn.Sequential(
                nn.Conv2d(3, 8, 5, 2),
                nn.ReLU(),
                nn.Conv2d(8, 12, 3),
                nn.ReLU(),
                nn.MaxPool2d(2),
                nn.Conv2d(12, 16, 3),
                nn.ReLU(),
                nn.AdaptiveAvgPool2d(1),
                nn.Flatten(),
            )
            self.classifier = nn.Linear(16, 5)

        def forward(self, x):
            x = (x - self.mean) / self.std
            return torch.softmax(self.classifier(self.features(x)), dim=1)

    return FlowerNet()
