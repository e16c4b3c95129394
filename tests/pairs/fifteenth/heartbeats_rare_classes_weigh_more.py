"""Heartbeats from two leads, where some kinds are rare and get a larger weight in the loss; both sides use Adam as it
comes. The losses have another size from the first batch, by another factor each time.
"""

INPUTS = ("64x2",)
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["loss-class-weights"], "keras": ["loss"], "torch": ["loss"]},
        {"rules": ["adam-epsilon"], "keras": ["optimizer"], "torch": ["optimizer"]},
    ],
}


def training_data():
    import numpy as np

    rng = np.random.default_rng(3)
    return rng.normal(size=(10, 64, 2)), np.array([0, 0, 1, 0, 2, 0, 0, 1, 0, 0])


def keras_model():
    import keras
    from keras import layers, ops

    beats = keras.Input((64, 2))
    x = beats
    for i, width in enumerate((8, 12), 1):
        x = layers.Conv1D(width, 5, name=f"conv_{i}")(x)
        x = layers.ELU(name=f"elu_{i}")(x)
        x = layers.MaxPooling1D(2, name=f"pool_{i}")(x)
    x = layers.GlobalAveragePooling1D(name="mean")(x)
    model = keras.Model(beats, layers.Dense(3, name="kind")(x))

    def weighted(y_true, y_pred):
        weights = ops.take(ops.convert_to_tensor([0.4, 2.0, 5.0], dtype=y_pred.dtype), ops.cast(y_true, "int32"))
        each = keras.losses.sparse_categorical_crossentropy(y_true, y_pred, from_logits=True)
        return ops.mean(each * weights)

    return model, keras.optimizers.Adam(1e-3), weighted


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class BeatNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv1d(2, 8, 5)
            self.conv2 = nn.Conv1d(8, 12, 5)
            self.fc = nn.Linear(12, 3)

        def forward(self, x):
            x = F.max_pool1d(F.elu(self.conv1(x.transpose(1, 2))), 2)
            x = F.max_pool1d(F.elu(self.conv2(x)), 2)
            return self.fc(x.mean(dim=-1))

    def criterion(logits, target):
        weight = logits.new_tensor([0.4, 2.0, 5.0])
        return F.cross_entropy(logits, target.long(), weight=weight)

    model = BeatNet()
    return model, torch.optim.Adam(model.parameters(), lr=1e-3), criterion
