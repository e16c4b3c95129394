"""Binary classifier with every gradient held within 0.05: clipvalue in Keras, a hook on every parameter in PyTorch,
whose loss is softplus(z) - y z, written out; SGD with Nesterov's momentum.
"""

INPUTS = ["12x4"]
TRAINS = True
TRUTH = {"identical": True}


def training_data():
    import numpy as np

    numbers = np.random.default_rng(8)
    x = numbers.normal(size=(64, 12, 4)).astype("float32")
    return x, (x[:, -3:, :1].sum(1) > 0).astype("float32")


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((12, 4)),
            layers.GRU(7, name="memory"),
            layers.Dense(1, name="logit"),
        ]
    )
    optimizer = keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True, clipvalue=0.05)
    return model, optimizer, keras.losses.BinaryCrossentropy(from_logits=True)


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn = nn.GRU(4, 7, batch_first=True)
            self.fc = nn.Linear(7, 1)

        def forward(self, x):
            return self.fc(self.rnn(x)[1][-1])

    def loss(z, y):
        return (F.softplus(z) - y * z).mean()

    model = Classifier()
    for p in model.parameters():
        p.register_hook(lambda grad: torch.clamp(grad, -0.05, 0.05))
    return model, torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, nesterov=True), loss
