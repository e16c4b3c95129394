"""Motion classes from an accelerometer, trained with plain SGD: rate and weight decay are alike, PyTorch puts the
matrices and the vectors into two groups as language models do, and the norms drift apart.
"""

INPUTS = ("20x4",)
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["optimizer-decay-exclusion"],
            "keras": ["optimizer"],
            "torch": ["optimizer"],
        }
    ],
}


def training_data():
    import numpy as np

    rng = np.random.default_rng(5)
    return rng.normal(size=(12, 20, 4)).astype("float32"), rng.integers(0, 3, size=12)


def keras_model():
    import keras
    from keras import layers

    signal = keras.Input((20, 4))
    x = layers.Conv1D(16, 5, strides=2, name="stem")(signal)
    for i in range(2):
        y = layers.LayerNormalization(epsilon=1e-6, name=f"norm_{i}")(x)
        y = layers.Dense(32, activation="silu", name=f"wide_{i}")(y)
        x = layers.Add(name=f"add_{i}")([x, layers.Dense(16, name=f"narrow_{i}")(y)])
    x = layers.GlobalAveragePooling1D(name="mean")(layers.LayerNormalization(epsilon=1e-6, name="last_norm")(x))
    model = keras.Model(signal, layers.Dense(3, name="motion")(x))
    optimizer = keras.optimizers.SGD(learning_rate=0.125, weight_decay=0.03125)
    return model, optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Block(nn.Module):
        def __init__(self, dim):
            super().__init__()
            self.ln = nn.LayerNorm(dim, eps=1e-6)
            self.fc1, self.fc2 = nn.Linear(dim, 2 * dim), nn.Linear(2 * dim, dim)

        def forward(self, x):
            return x + self.fc2(F.silu(self.fc1(self.ln(x))))

    class MotionNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Conv1d(4, 16, 5, stride=2)
            self.blocks = nn.Sequential(Block(16), Block(16))
            self.ln_f = nn.LayerNorm(16, eps=1e-6)
            self.head = nn.Linear(16, 3)

        def forward(self, x):
            x = self.stem(x.transpose(1, 2)).transpose(1, 2)
            return self.head(self.ln_f(self.blocks(x)).mean(dim=1))

        def configure_optimizers(self, weight_decay=0.03125, lr=0.125):
            decay = [p for p in self.parameters() if p.dim() >= 2]
            rest = [p for p in self.parameters() if p.dim() < 2]
            groups = [{"params": decay, "weight_decay": weight_decay}, {"params": rest, "weight_decay": 0.0}]
            return torch.optim.SGD(groups, lr=lr)

    model = MotionNet()
    return model, model.configure_optimizers(), nn.CrossEntropyLoss()
