"""Cosine with warm restarts every 12 steps (CosineDecayRestarts, CosineAnnealingWarmRestarts). One period agrees."""

INPUTS = ["12x12x3"]
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["cosine-restarts"], "keras": ["learning rate"], "torch": ["learning rate"]}],
}


def keras_model():
    import keras
    from keras import layers

    class SmallCNN(keras.Model):
        def __init__(self):
            super().__init__()
            self.convs = [layers.Conv2D(f, 3, strides=s, activation="relu") for f, s in ((6, 1), (12, 2))]
            self.pool = layers.GlobalMaxPooling2D()
            self.head = layers.Dense(5)

        def call(self, x):
            for conv in self.convs:
                x = conv(x)
            return self.head(self.pool(x))

    schedule = keras.optimizers.schedules.CosineDecayRestarts(initial_learning_rate=0.25, first_decay_steps=12)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return SmallCNN(), keras.optimizers.SGD(learning_rate=schedule), loss


def torch_model():
    import torch
    from torch import nn

    class SmallCNN(nn.Module):
        def __init__(self):
            super().__init__()
            self.features = nn.Sequential(nn.Conv2d(3, 6, 3), nn.ReLU(), nn.Conv2d(6, 12, 3, stride=2), nn.ReLU())
            self.head = nn.Linear(12, 5)

        def forward(self, x):
            return self.head(torch.amax(self.features(x), dim=(-2, -1)))

    model = SmallCNN()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=12)
    return model, optimizer, nn.CrossEntropyLoss(), scheduler


def training_data():
    import numpy as np

    rng = np.random.default_rng(17)
    return rng.normal(size=(24, 12, 12, 3)).astype("float32"), rng.integers(0, 5, 24).astype("int32")
