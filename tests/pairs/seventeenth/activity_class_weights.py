"""Activity of every time step from five sensor channels with a dilated causal network; rare activities weigh more in
the loss. The losses of both trainings differ from the first batch by a factor that changes from batch to batch.
"""

INPUTS = ("20x5",)
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["loss-class-weights", "loss-other"],
            "keras": ["loss"],
            "torch": ["loss"],
            "visible": False,
        }
    ],
}


def training_data():
    import numpy as np

    rng = np.random.default_rng(11)
    labels = rng.choice(4, size=(32, 20), p=(0.6, 0.2, 0.15, 0.05))
    return rng.normal(size=(32, 20, 5)).astype("float32"), labels.astype("int64")


def keras_model():
    import keras
    from keras import layers, ops

    class Block(layers.Layer):
        def __init__(self, width, dilation, **kwargs):
            super().__init__(**kwargs)
            self.first = layers.Conv1D(width, 3, padding="causal", dilation_rate=dilation, name="first")
            self.second = layers.Conv1D(width, 3, padding="causal", dilation_rate=dilation, name="second")
            self.norm = layers.LayerNormalization(epsilon=1e-5, name="norm")

        def call(self, x):
            y = ops.relu(self.first(x))
            return self.norm(x + ops.relu(self.second(y)))

    def weighted_crossentropy(y_true, y_pred):
        per_step = keras.losses.sparse_categorical_crossentropy(y_true, y_pred, from_logits=True)
        weights = ops.convert_to_tensor([0.4, 1.2, 1.7, 5.0], dtype=y_pred.dtype)
        return ops.mean(per_step * ops.take(weights, ops.cast(y_true, "int32")))

    model = keras.Sequential(
        [
            keras.Input((20, 5)),
            layers.Dense(16, name="embed"),
            Block(16, 1, name="tcn0"),
            Block(16, 2, name="tcn1"),
            Block(16, 4, name="tcn2"),
            layers.Dense(4, name="activity"),
        ]
    )
    return model, keras.optimizers.SGD(0.05, momentum=0.9), weighted_crossentropy


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class CausalConv1d(nn.Conv1d):
        def forward(self, x):
            return super().forward(F.pad(x, ((self.kernel_size[0] - 1) * self.dilation[0], 0)))

    class TemporalBlock(nn.Module):
        def __init__(self, channels, dilation):
            super().__init__()
            self.net = nn.Sequential(
                CausalConv1d(channels, channels, 3, dilation=dilation),
                nn.ReLU(),
                CausalConv1d(channels, channels, 3, dilation=dilation),
                nn.ReLU(),
            )
            self.norm = nn.LayerNorm(channels)

        def forward(self, x):
            return self.norm((x + self.net(x)).transpose(1, 2)).transpose(1, 2)

    class TCN(nn.Module):
        def __init__(self):
            super().__init__()
            self.inp = nn.Conv1d(5, 16, 1)
            self.blocks = nn.Sequential(*(TemporalBlock(16, 2**i) for i in range(3)))
            self.out = nn.Conv1d(16, 4, 1)

        def forward(self, x):
            return self.out(self.blocks(self.inp(x.transpose(1, 2)))).transpose(1, 2)

    def criterion(logits, labels):
        weight = torch.tensor([0.4, 1.2, 1.7, 5.0], dtype=logits.dtype, device=logits.device)
        return F.cross_entropy(logits.transpose(1, 2), labels.long(), weight=weight)

    model = TCN()
    return model, torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9), criterion
