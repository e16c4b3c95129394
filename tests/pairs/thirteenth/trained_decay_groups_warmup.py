"""AdamW that spares biases and norms: excluded by name in Keras, parameter groups in PyTorch; the embedding is frozen,
and the warm-up with a cosine behind it is a class in Keras and a lambda in PyTorch. Only the place of Adam's epsilon
is another one.
"""

INPUTS = ["8:int32"]
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["adam-epsilon"], "keras": ["optimizer"], "torch": ["optimizer"]}],
}


def training_data():
    import numpy as np

    numbers = np.random.default_rng(13)
    words = numbers.integers(0, 30, (64, 8)).astype("int32")
    return words, (words[:, 0] % 4).astype("int64")


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((8,), dtype="int32"),
            layers.Embedding(30, 10, trainable=False, name="words"),
            layers.GlobalAveragePooling1D(name="mean"),
            layers.Dense(12, activation="relu", name="hidden"),
            layers.LayerNormalization(epsilon=1e-5, name="norm"),
            layers.Dense(4, name="classes"),
        ]
    )
    rate = keras.optimizers.schedules.CosineDecay(0.0, 80, alpha=0.125, warmup_target=0.01, warmup_steps=16)
    optimizer = keras.optimizers.AdamW(rate, weight_decay=0.05, beta_2=0.99, epsilon=1e-8)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return model, optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def torch_model():
    import math

    import torch
    import torch.nn.functional as F
    from torch import nn

    class BagOfWords(nn.Module):
        def __init__(self):
            super().__init__()
            self.table = nn.Embedding(30, 10)
            self.table.weight.requires_grad_(False)
            self.mlp = nn.Sequential(nn.Linear(10, 12), nn.ReLU(), nn.LayerNorm(12), nn.Linear(12, 4))

        def forward(self, ids):
            return self.mlp(self.table(ids).mean(1))

    def factor(step):
        if step < 16:
            return step / 16
        done = min(1.0, (step - 16) / 80)
        return 0.125 + (1 - 0.125) * 0.5 * (1 + math.cos(math.pi * done))

    def loss(logits, labels):
        return F.nll_loss(F.log_softmax(logits, dim=-1), labels)

    model = BagOfWords()
    decay = [p for p in model.parameters() if p.requires_grad and p.ndim > 1]
    spared = [p for p in model.parameters() if p.requires_grad and p.ndim < 2]
    groups = [{"params": spared, "weight_decay": 0.0}, {"params": decay, "weight_decay": 0.05}]
    optimizer = torch.optim.AdamW(groups, lr=0.01, betas=(0.9, 0.99))
    return model, optimizer, loss, torch.optim.lr_scheduler.LambdaLR(optimizer, factor)
