"""Warm-up and cosine with a floor: CosineDecay(warmup_target=) in Keras, the usual function for LambdaLR in PyTorch.
A bag-of-words classifier with an L1 loss on its scores, plain SGD.
"""

INPUTS = ("9:int32",)
TRAINS = True
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, decay_steps=24, alpha=0.125, warmup_target=0.25, warmup_steps=8
    )
    model = keras.Sequential(
        [
            layers.Input((9,), dtype="int32"),
            layers.Embedding(40, 8, name="words"),
            layers.GlobalAveragePooling1D(name="bag"),
            layers.Dense(10, activation="softsign", name="hidden"),
            layers.Dense(3, name="scores"),
        ]
    )
    return model, keras.optimizers.SGD(schedule), keras.losses.MeanAbsoluteError()


def torch_model():
    import math

    import torch
    from torch import nn
    from torch.optim.lr_scheduler import LambdaLR

    class BagOfWords(nn.Module):
        def __init__(self):
            super().__init__()
            self.bag = nn.EmbeddingBag(40, 8, mode="mean")
            self.fc = nn.Sequential(nn.Linear(8, 10), nn.Softsign(), nn.Linear(10, 3))

        def forward(self, words):
            return self.fc(self.bag(words))

    def cosine_schedule_with_warmup(optimizer, num_warmup_steps, num_training_steps, floor):
        def lr_lambda(current_step):
            if current_step < num_warmup_steps:
                return current_step / num_warmup_steps
            progress = min(1.0, (current_step - num_warmup_steps) / (num_training_steps - num_warmup_steps))
            return floor + (1.0 - floor) * 0.5 * (1.0 + math.cos(math.pi * progress))

        return LambdaLR(optimizer, lr_lambda)

    net = BagOfWords()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.25)
    return net, optimizer, nn.L1Loss(), cosine_schedule_with_warmup(optimizer, 8, 32, 0.125)
