"""Activity from wearable sensors, one label per frame, -1 where nobody labelled: two directions of a GRU, Nesterov's
momentum, gradients cut off at a number each, and a mean over labelled frames only.
"""

INPUTS = ("14x6",)
TRAINS = True
TRUTH = {"identical": True}


def training_data():
    import numpy as np

    rng = np.random.default_rng(11)
    labels = rng.integers(0, 4, (6, 14))
    labels[rng.uniform(size=labels.shape) < 0.35] = -1
    return rng.normal(size=(6, 14, 6)), labels


def keras_model():
    import keras
    from keras import layers

    frames = keras.Input((14, 6))
    x = layers.Dense(10, activation="tanh", name="front")(frames)
    x = layers.Bidirectional(layers.GRU(8, return_sequences=True), name="gru_1")(x)
    x = layers.Bidirectional(layers.GRU(8, return_sequences=True), name="gru_2")(x)
    model = keras.Model(frames, layers.Dense(4, name="activity")(x))
    optimizer = keras.optimizers.SGD(0.2, momentum=0.9, nesterov=True, clipvalue=0.01)
    return model, optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1)


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Activity(nn.Module):
        def __init__(self):
            super().__init__()
            self.front = nn.Linear(6, 10)
            self.gru = nn.GRU(10, 8, num_layers=2, bidirectional=True, batch_first=True)
            self.classifier = nn.Linear(16, 4)

        def forward(self, x):
            return self.classifier(self.gru(torch.tanh(self.front(x)))[0])

    def clip(optimizer, args, kwargs):
        for group in optimizer.param_groups:
            nn.utils.clip_grad_value_(group["params"], 0.01)

    def criterion(logits, labels):
        return F.cross_entropy(logits.flatten(0, 1), labels.flatten().long(), ignore_index=-1)

    model = Activity()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.2, momentum=0.9, nesterov=True)
    optimizer.register_step_pre_hook(clip)
    return model, optimizer, criterion
