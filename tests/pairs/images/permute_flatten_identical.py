"""Ported carefully: the PyTorch side permutes to channels last before it flattens."""

INPUTS = ("10x10x3",)
TRUTH = {"identical": True}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((10, 10, 3)),
            layers.Conv2D(4, 3, name="conv"),
            layers.BatchNormalization(epsilon=1e-5, momentum=0.9, name="norm"),
            layers.Activation("relu"),
            layers.MaxPooling2D((2, 2)),
            layers.Flatten(),
            layers.Dropout(0.25),
            layers.Dense(6, activation="softmax", name="out"),
        ]
    )


def torch_model():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = nn.ModuleList([nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2)])
            self.drop = nn.Dropout(0.25)
            self.classifier = nn.Linear(64, 6)

        def forward(self, x):
            for layer in self.body:
                x = layer(x)
            x = x.permute(0, 2, 3, 1).reshape(x.shape[0], -1)
            return self.classifier(self.drop(x)).softmax(-1)

    return Net()
