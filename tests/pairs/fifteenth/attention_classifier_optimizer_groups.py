"""Attention over a convolution of word vectors for sentiment: in PyTorch the optimizer has one group for the
encoder and one for the classifier; with equal weights both start at one loss and then drift apart.
"""

INPUTS = ("9:int32",)
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["optimizer-left-out"],
            "keras": ["optimizer", "attention", "attention/*"],
            "torch": ["optimizer", "attention", "attention.*"],
            "visible": False,
        }
    ],
}


def training_data():
    import numpy as np

    rng = np.random.default_rng(11)
    return [rng.integers(0, 40, size=(12, 9)).astype("int32")], rng.integers(0, 3, size=(12,)).astype("int32")


def keras_model():
    import keras
    from keras import layers, ops

    class AttentionPooling(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.W = layers.Dense(units, activation="tanh", name="W")
            self.V = layers.Dense(1, use_bias=False, name="V")

        def call(self, hidden):
            weights = ops.softmax(self.V(self.W(hidden)), axis=1)
            return ops.sum(weights * hidden, axis=1)

    words = keras.Input((9,), dtype="int32")
    x = layers.Embedding(40, 8, name="embedding")(words)
    x = layers.Conv1D(10, 3, padding="same", activation="tanh", name="conv")(x)
    x = AttentionPooling(6, name="attention")(x)
    model = keras.Model(words, layers.Dense(3, name="sentiment")(x))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return model, keras.optimizers.SGD(learning_rate=0.1, momentum=0.9), loss


def torch_model():
    import torch
    from torch import nn

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(40, 8)
            self.conv = nn.Conv1d(8, 10, kernel_size=3, padding=1)

        def forward(self, x):
            return torch.tanh(self.conv(self.embedding(x).transpose(1, 2))).transpose(1, 2)

    class Attention(nn.Module):
        def __init__(self):
            super().__init__()
            self.proj = nn.Linear(10, 6)
            self.context = nn.Linear(6, 1, bias=False)

        def forward(self, outputs):
            scores = self.context(torch.tanh(self.proj(outputs))).squeeze(-1)
            weights = torch.softmax(scores, dim=1)
            return torch.bmm(weights.unsqueeze(1), outputs).squeeze(1)

    class AttentionClassifier(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = Encoder()
            self.attention = Attention()
            self.classifier = nn.Linear(10, 3)

        def forward(self, x):
            return self.classifier(self.attention(self.encoder(x)))

    model = AttentionClassifier()
    groups = [{"params": model.encoder.parameters()}, {"params": model.classifier.parameters()}]
    return model, torch.optim.SGD(groups, lr=0.1, momentum=0.9), nn.CrossEntropyLoss()
