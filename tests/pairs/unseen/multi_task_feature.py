"""Two-task table network: the risk head reads the first hidden layer in the port, the second in Keras."""

INPUTS = ("12",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["wiring-other"], "keras": ["risk"], "torch": ["risk_head"]}],
}


def keras_model():
    import keras
    from keras import layers

    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.h1 = layers.Dense(10, activation="relu")
            self.h2 = layers.Dense(10, activation="relu")
            self.price = layers.Dense(1, name="price")
            self.risk = layers.Dense(3, activation="softmax", name="risk")

        def call(self, x):
            x = self.h2(self.h1(x))
            return self.price(x), self.risk(x)

    return Net()


def torch_model():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.h1 = nn.Linear(12, 10)
            self.h2 = nn.Linear(10, 10)
            self.price_head = nn.Linear(10, 1)
            self.risk_head = nn.Linear(10, 3)

        def forward(self, x):
            a = self.h1(x).relu()
            b = self.h2(a).relu()
            return self.price_head(b), self.risk_head(a).softmax(-1)

    return Net()
