"""Phases of sleep for six windows of a night, six classes: CrossEntropyLoss takes my (B, steps, classes) silently.

It learns something, but only half as well as the Keras model.
"""

INPUTS = ["6x5"]
TRAINS = True
TRUTH = {"identical": False, "causes": [{"rules": ["loss-class-axis"], "keras": ["loss"], "torch": ["loss"]}]}


def keras_model():
    import keras
    from keras import layers

    night = keras.Input((6, 5))
    x = layers.Bidirectional(layers.GRU(6, return_sequences=True), name="bigru")(night)
    x = layers.Dropout(0.2)(x)
    model = keras.Model(night, layers.Dense(6, name="phases")(x))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return model, keras.optimizers.SGD(0.5, momentum=0.5), loss


def torch_model():
    import torch
    from torch import nn

    class SleepNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.gru = nn.GRU(5, 6, batch_first=True, bidirectional=True)
            self.drop = nn.Dropout(0.2)
            self.fc = nn.Linear(12, 6)

        def forward(self, x):
            return self.fc(self.drop(self.gru(x)[0]))

    model = SleepNet()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5, momentum=0.5)
    criterion = nn.CrossEntropyLoss()
    return model, optimizer, lambda outputs, labels: criterion(outputs, labels.long())


def training_data():
    import numpy as np

    rng = np.random.default_rng(9)
    return rng.normal(size=(24, 6, 5)).astype("float32"), rng.integers(0, 6, (24, 6)).astype("int32")
