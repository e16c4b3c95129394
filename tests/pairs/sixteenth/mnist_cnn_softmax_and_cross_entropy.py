"""The plain digit classifier: predictions agree, but the PyTorch version learns much more slowly and its loss never
falls below about 1.5.
"""

TRAINS = True
INPUTS = ("28x28x1",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["softmax-twice"],
            "keras": ["loss", "digits"],
            "torch": ["loss", "softmax"],
            "visible": False,
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(12, 3, activation="relu", name="conv_1"),
            layers.MaxPooling2D(name="pool_1"),
            layers.Conv2D(20, 3, activation="relu", name="conv_2"),
            layers.MaxPooling2D(name="pool_2"),
            layers.GlobalAveragePooling2D(name="gap"),
            layers.Dense(32, activation="relu", name="hidden"),
            layers.Dense(10, activation="softmax", name="digits"),
        ]
    )
    return model, keras.optimizers.SGD(0.01, momentum=0.9), keras.losses.SparseCategoricalCrossentropy()


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(1, 12, 3)
            self.conv2 = nn.Conv2d(12, 20, 3)
            self.fc1 = nn.Linear(20, 32)
            self.fc2 = nn.Linear(32, 10)
            self.softmax = nn.Softmax(dim=1)

        def forward(self, x):
            x = F.max_pool2d(F.relu(self.conv1(x)), 2)
            x = F.max_pool2d(F.relu(self.conv2(x)), 2)
            x = F.adaptive_avg_pool2d(x, 1).flatten(1)
            return self.softmax(self.fc2(F.relu(self.fc1(x))))

    net = Net()
    return net, torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9), nn.CrossEntropyLoss()
