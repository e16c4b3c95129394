"""Spoken keywords: the smoothing loss of PyTorch spreads 0.1 over the other classes only, and its cosine ends at step
200 with the warm-up in it, while Keras counts decay_steps after the warm-up.
"""

INPUTS = ["20x8"]
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["loss-label-smoothing", "loss-other"], "keras": ["loss"], "torch": ["loss"]},
        {
            "rules": ["warmup-then-cosine", "schedule-other"],
            "keras": ["learning rate"],
            "torch": ["learning rate"],
        },
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    def sparse_smoothed(y_true, y_pred):
        labels = ops.one_hot(ops.reshape(ops.cast(y_true, "int32"), (-1,)), 5)
        return keras.losses.categorical_crossentropy(labels, y_pred, from_logits=True, label_smoothing=0.1)

    frames = keras.Input((20, 8), name="frames")
    x = layers.Conv1D(16, 5, activation="relu", name="conv_1")(frames)
    x = layers.MaxPooling1D(2, name="pool")(x)
    x = layers.Conv1D(24, 3, activation="relu", name="conv_2")(x)
    x = layers.GlobalAveragePooling1D(name="mean")(x)
    model = keras.Model(frames, layers.Dense(5, name="keyword")(x))
    rate = keras.optimizers.schedules.CosineDecay(0.0, decay_steps=200, warmup_target=3e-3, warmup_steps=20)
    return model, keras.optimizers.Nadam(rate, epsilon=1e-8), sparse_smoothed


def torch_model():
    import math

    import torch
    from torch import nn

    class LabelSmoothingLoss(nn.Module):
        def __init__(self, classes, smoothing=0.1):
            super().__init__()
            self.confidence = 1.0 - smoothing
            self.smoothing = smoothing
            self.cls = classes

        def forward(self, pred, target):
            log_probs = pred.log_softmax(dim=-1)
            with torch.no_grad():
                true_dist = torch.full_like(log_probs, self.smoothing / (self.cls - 1))
                true_dist.scatter_(1, target.unsqueeze(1), self.confidence)
            return torch.mean(torch.sum(-true_dist * log_probs, dim=-1))

    class KeywordNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.features = nn.Sequential(
                nn.Conv1d(8, 16, 5), nn.ReLU(), nn.MaxPool1d(2), nn.Conv1d(16, 24, 3), nn.ReLU()
            )
            self.classifier = nn.Linear(24, 5)

        def forward(self, x):
            return self.classifier(self.features(x.transpose(1, 2)).mean(-1))

    warmup_steps, total_steps = 20, 200

    def lr_lambda(step):
        if step < warmup_steps:
            return step / warmup_steps
        progress = (step - warmup_steps) / (total_steps - warmup_steps)
        return 0.5 * (1 + math.cos(math.pi * min(progress, 1.0)))

    model = KeywordNet()
    optimizer = torch.optim.NAdam(model.parameters(), lr=3e-3, momentum_decay=1.0)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lr_lambda)
    return model, optimizer, LabelSmoothingLoss(5), scheduler


def training_data():
    import numpy as np

    numbers = np.random.default_rng(2)
    frames = numbers.normal(size=(24, 20, 8)).astype("float32")
    return frames, numbers.integers(0, 5, size=24).astype("int64")
