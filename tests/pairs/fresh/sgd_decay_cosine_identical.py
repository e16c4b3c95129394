"""Plain SGD, weight decay, cosine to a tenth of the rate: decoupled or not, without momentum all is the same."""

INPUTS = ["12x3"]
TRAINS = True
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((12, 3)),
            layers.Conv1D(8, 3, activation="relu"),
            layers.GlobalAveragePooling1D(),
            layers.Dropout(0.25),
            layers.Dense(4),
        ]
    )
    schedule = keras.optimizers.schedules.CosineDecay(0.125, decay_steps=40, alpha=0.125)
    optimizer = keras.optimizers.SGD(learning_rate=schedule, weight_decay=0.03125)
    return model, optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def torch_model():
    import math

    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv1d(3, 8, 3)
            self.drop = nn.Dropout(0.25)
            self.head = nn.Linear(8, 4)

        def forward(self, x):
            return self.head(self.drop(self.conv(x).relu().mean(-1)))

    model = Net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.125, weight_decay=0.03125)

    def cosine(step):
        return 0.125 + 0.875 * 0.5 * (1 + math.cos(math.pi * min(step, 40) / 40))

    return model, optimizer, nn.CrossEntropyLoss(), torch.optim.lr_scheduler.LambdaLR(optimizer, cosine)
