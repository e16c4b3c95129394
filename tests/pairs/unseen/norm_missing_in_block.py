"""VGG-like blocks: the batch norm of the second block was forgotten in PyTorch."""

INPUTS = ("16x16x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["layer-missing", "norm-other"],
            "keras": ["block2_bn", "block2_relu"],
            "torch": ["block2", "block2.*"],
        }
    ],
}


def keras_model():
    from keras import Sequential, layers

    model = Sequential([layers.Input((16, 16, 3))], name="vgg_like")
    for i, filters in enumerate((6, 8, 10), 1):
        model.add(layers.Conv2D(filters, 3, padding="same", name=f"block{i}_conv"))
        model.add(layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"block{i}_bn"))
        model.add(layers.ReLU(name=f"block{i}_relu"))
        model.add(layers.MaxPooling2D(name=f"block{i}_pool"))
    model.add(layers.Flatten())
    model.add(layers.Dense(12, activation="relu", name="fc1"))
    model.add(layers.Dropout(0.5))
    model.add(layers.Dense(3, name="fc2"))
    return model


def torch_model():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.block1 = nn.Sequential(nn.Conv2d(3, 6, 3, 1, 1), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(2))
            self.block2 = nn.Sequential(nn.Conv2d(6, 8, 3, 1, 1), nn.ReLU(), nn.MaxPool2d(2))
            self.block3 = nn.Sequential(nn.Conv2d(8, 10, 3, 1, 1), nn.BatchNorm2d(10), nn.ReLU(), nn.MaxPool2d(2))
            self.head = nn.Sequential(nn.Flatten(), nn.Linear(40, 12), nn.ReLU(), nn.Dropout(), nn.Linear(12, 3))

        def forward(self, x):
            return self.head(self.block3(self.block2(self.block1(x))))

    return Net()
