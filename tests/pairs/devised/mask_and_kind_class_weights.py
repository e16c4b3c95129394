"""Of the two cross-entropies the port weighs the classes of the pixels."""

INPUTS = ("8x8x3",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["loss-class-weights"], "keras": ["loss", "*"], "torch": ["loss", "*"]}],
}
TRAINS = True


def keras_model():
    import keras
    from keras import layers

    x = keras.Input((8, 8, 3), name="x")
    h = layers.Conv2D(6, 3, padding="same", activation="relu", name="h")(x)
    model = keras.Model(
        x,
        [
            layers.Conv2D(4, 1, name="mask")(h),
            layers.Dense(2, name="kinds")(layers.GlobalAveragePooling2D(name="pool")(h)),
        ],
    )
    model.compile(
        optimizer=keras.optimizers.SGD(0.05),
        loss=[
            keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        ],
    )
    return model


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.h = nn.Conv2d(3, 6, 3, padding=1)
            self.mask = nn.Conv2d(6, 4, 1)
            self.kinds = nn.Linear(6, 2)

        def forward(self, x):
            x = F.relu(self.h(x))
            return self.mask(x), self.kinds(x.mean((2, 3)))

    ce = nn.CrossEntropyLoss()

    def loss(out, y):
        return F.cross_entropy(out[0], y[0], weight=torch.tensor([1.0, 2.0, 3.0, 4.0])) + ce(out[1], y[1])

    model = Net()
    return model, torch.optim.SGD(model.parameters(), 0.05), loss
