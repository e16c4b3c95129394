"""Age as a distribution over bins, learnt with the Kullback-Leibler divergence; in PyTorch it learns at a snail's
pace with the very rate that was right in Keras.
"""

INPUTS = ("12",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["loss-kl-divergence", "loss-reduction", "loss-factor"],
            "keras": ["loss"],
            "torch": ["loss"],
        }
    ],
}
TRAINS = True


def training_data():
    import numpy as np

    random = np.random.default_rng(8)
    x = random.normal(size=(40, 12)).astype("float32")
    age = 4.5 + 2 * np.tanh(x[:, :1])
    y = np.exp(-0.5 * (np.arange(10) - age) ** 2)
    return x, (y / y.sum(axis=1, keepdims=True)).astype("float32")


def keras_model():
    import keras
    from keras import layers

    features = keras.Input((12,))
    x = layers.Dense(20, activation="selu", name="fc1")(features)
    x = layers.Dense(14, activation="selu", name="fc2")(x)
    model = keras.Model(features, layers.Dense(10, activation="softmax", name="bins")(x))
    return model, keras.optimizers.SGD(0.05, momentum=0.9), keras.losses.KLDivergence()


def torch_model():
    import torch
    import torch.nn as nn

    class LabelDistributionLoss(nn.Module):
        def __init__(self):
            super().__init__()
            self.kl = nn.KLDivLoss()

        def forward(self, probs, target):
            return self.kl(torch.log(probs), target)

    class AgeNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1 = nn.Linear(12, 20)
            self.fc2 = nn.Linear(20, 14)
            self.fc3 = nn.Linear(14, 10)

        def forward(self, x):
            x = torch.selu(self.fc1(x))
            x = torch.selu(self.fc2(x))
            return torch.softmax(self.fc3(x), dim=-1)

    model = AgeNet()
    return model, torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9), LabelDistributionLoss()
