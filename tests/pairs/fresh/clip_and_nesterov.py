"""SGD with momentum, binary labels; Keras clips every gradient to 0.01 and looks ahead, PyTorch does neither."""

INPUTS = ["8"]
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["clipping-one-side"], "keras": ["optimizer"], "torch": ["optimizer"]},
        {"rules": ["optimizer-nesterov"], "keras": ["optimizer"], "torch": ["optimizer"]},
    ],
}


def keras_model():
    import keras
    from keras import layers

    class Classifier(keras.Model):
        def __init__(self):
            super().__init__()
            self.hidden = layers.Dense(12, activation="relu", name="hidden")
            self.logit = layers.Dense(1, name="logit")

        def build(self, shape):
            self.hidden.build(shape)
            self.logit.build((None, 12))
            self.built = True

        def call(self, x):
            return self.logit(self.hidden(x))

    model = Classifier()
    model.build((None, 8))
    optimizer = keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True, clipvalue=0.01)
    return model, optimizer, keras.losses.BinaryCrossentropy(from_logits=True)


def torch_model():
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(8, 12), nn.ReLU(), nn.Linear(12, 1))
    return model, torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9), nn.BCEWithLogitsLoss()
