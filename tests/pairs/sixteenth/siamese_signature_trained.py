"""Siamese verification of signatures with one shared encoder and the absolute difference of the codes, trained on
logits with Nesterov momentum on both sides.
"""

TRAINS = True
INPUTS = ("20x28x1", "20x28x1")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class AbsoluteDifference(layers.Layer):
        def call(self, pair):
            left, right = pair
            return ops.abs(left - right)

    encoder = keras.Sequential(
        [
            keras.Input((20, 28, 1)),
            layers.Conv2D(8, 5, use_bias=False, name="conv_a"),
            layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="norm_a"),
            layers.Activation("relu", name="relu_a"),
            layers.MaxPooling2D(name="pool_a"),
            layers.Conv2D(12, 3, use_bias=False, name="conv_b"),
            layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="norm_b"),
            layers.Activation("relu", name="relu_b"),
            layers.MaxPooling2D(name="pool_b"),
            layers.Flatten(name="flat"),
            layers.Dense(32, activation="sigmoid", name="code"),
        ],
        name="encoder",
    )
    left, right = keras.Input((20, 28, 1), name="left"), keras.Input((20, 28, 1), name="right")
    apart = AbsoluteDifference(name="apart")([encoder(left), encoder(right)])
    model = keras.Model([left, right], layers.Dense(1, name="same_writer")(apart))
    optimizer = keras.optimizers.SGD(learning_rate=0.05, momentum=0.9, nesterov=True)
    return model, optimizer, keras.losses.BinaryCrossentropy(from_logits=True)


def torch_model():
    import torch
    from torch import nn

    class SiameseNetwork(nn.Module):
        def __init__(self):
            super().__init__()
            self.cnn = nn.Sequential(
                nn.Conv2d(1, 8, 5, bias=False),
                nn.BatchNorm2d(8),
                nn.ReLU(inplace=True),
                nn.MaxPool2d(2),
                nn.Conv2d(8, 12, 3, bias=False),
                nn.BatchNorm2d(12),
                nn.ReLU(inplace=True),
                nn.MaxPool2d(2),
            )
            self.fc = nn.Linear(12 * 3 * 5, 32)
            self.out = nn.Linear(32, 1)

        def forward_once(self, x):
            x = self.cnn(x).permute(0, 2, 3, 1)
            return torch.sigmoid(self.fc(x.flatten(1)))

        def forward(self, input1, input2):
            output1 = self.forward_once(input1)
            output2 = self.forward_once(input2)
            return self.out((output1 - output2).abs())

    model = SiameseNetwork()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, nesterov=True)
    return model, optimizer, nn.BCEWithLogitsLoss()
