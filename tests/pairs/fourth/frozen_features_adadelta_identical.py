"""Transfer learning: frozen convolutions, a new head, Adadelta at rate 1 and smoothed one-hot labels in both."""

INPUTS = ["12x12x3"]
TRAINS = True
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    base = keras.Sequential(
        [
            keras.Input((12, 12, 3)),
            layers.Conv2D(6, 3, activation="relu", name="block1_conv1"),
            layers.MaxPooling2D(2, name="block1_pool"),
            layers.Conv2D(10, 3, activation="relu", name="block2_conv1"),
        ],
        name="vgg",
    )
    base.trainable = False
    inputs = keras.Input((12, 12, 3))
    x = base(inputs, training=False)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dense(16, activation="relu", name="fc")(x)
    x = layers.Dropout(0.5)(x)
    model = keras.Model(inputs, layers.Dense(4, name="predictions")(x))
    loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)
    return model, keras.optimizers.Adadelta(learning_rate=1.0, rho=0.95, epsilon=1e-6), loss


def torch_model():
    import torch
    from torch import nn

    features = nn.Sequential(nn.Conv2d(3, 6, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 10, 3), nn.ReLU())
    for parameter in features.parameters():
        parameter.requires_grad = False

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            self.features = features
            self.avgpool = nn.AdaptiveAvgPool2d(1)
            self.classifier = nn.Sequential(nn.Linear(10, 16), nn.ReLU(), nn.Dropout(), nn.Linear(16, 4))

        def forward(self, x):
            return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))

    model = Classifier()
    trainable = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.Adadelta(trainable, lr=1.0, rho=0.95, eps=1e-6)
    return model, optimizer, nn.CrossEntropyLoss(label_smoothing=0.1)


def training_data():
    import numpy as np

    rng = np.random.default_rng(4)
    images = rng.normal(size=(24, 12, 12, 3)).astype("float32")
    return images, np.eye(4, dtype="float32")[rng.integers(0, 4, 24)]
