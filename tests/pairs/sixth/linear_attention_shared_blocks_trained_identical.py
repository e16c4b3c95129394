"""Classifier with linear attention (elu + 1), multi-query, one block used three times, a depth embedding per use.
Trained with label smoothing on one-hot targets, cosine with warm-up, SGD whose decay spares biases and gains.
"""

INPUTS = ("10x5",)
TRAINS = True
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class Block(layers.Layer):
        def __init__(self, width, heads, **kwargs):
            super().__init__(**kwargs)
            self.heads, self.depth = heads, width // heads
            self.norm_a = layers.LayerNormalization(epsilon=1e-5, name="norm_a")
            self.norm_b = layers.LayerNormalization(epsilon=1e-5, name="norm_b")
            self.project = layers.Dense(width + 2 * self.depth, name="project")
            self.merge = layers.Dense(width, name="merge")
            self.up = layers.Dense(2 * width, activation="relu", name="up")
            self.down = layers.Dense(width, name="down")

        def build(self, shape):
            for layer in (self.norm_a, self.norm_b, self.project, self.merge, self.up):
                layer.build(shape)
            self.down.build((*shape[:-1], 2 * shape[-1]))

        def call(self, x):
            width = self.heads * self.depth
            y = self.project(self.norm_a(x))
            q = ops.reshape(y[..., :width], (-1, x.shape[1], self.heads, self.depth))
            q = ops.elu(q) + 1.0
            k = ops.elu(y[..., width : width + self.depth]) + 1.0
            v = y[..., width + self.depth :]
            memory = ops.einsum("btd,bte->bde", k, v)
            weight = 1.0 / (ops.einsum("bthd,bd->bth", q, ops.sum(k, axis=1)) + 1e-6)
            y = ops.einsum("bthd,bde,bth->bthe", q, memory, weight)
            x = x + self.merge(ops.reshape(y, (-1, x.shape[1], width)))
            return x + self.down(self.up(self.norm_b(x)))

    class DepthEmbedding(layers.Layer):
        def build(self, shape):
            self.depth_table = self.add_weight(shape=(3, shape[-1]), initializer="random_normal", name="depth_table")

        def call(self, x, use):
            return x + self.depth_table[use]

    inputs = keras.Input((10, 5))
    x = layers.Dense(12, name="embed")(inputs)
    block, depth = Block(12, 3, name="block"), DepthEmbedding(name="depth")
    for use in range(3):
        x = block(depth(x, use=use))
    x = layers.GlobalAveragePooling1D()(layers.LayerNormalization(epsilon=1e-5, name="norm_out")(x))
    model = keras.Model(inputs, layers.Dense(4, name="classes")(x))
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, decay_steps=16, alpha=0.25, warmup_target=0.0625, warmup_steps=4
    )
    optimizer = keras.optimizers.SGD(schedule, weight_decay=0.0625)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return model, optimizer, keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.125)


def torch_model():
    import math

    import torch
    import torch.nn.functional as F
    from torch import nn

    class LinearMQA(nn.Module):
        def __init__(self, dim, n_head):
            super().__init__()
            self.n_head, self.d = n_head, dim // n_head
            self.to_q = nn.Linear(dim, dim)
            self.to_k = nn.Linear(dim, self.d)
            self.to_v = nn.Linear(dim, self.d)
            self.to_out = nn.Linear(dim, dim)

        def forward(self, x):
            b, t, _ = x.shape
            q = F.elu(self.to_q(x).view(b, t, self.n_head, self.d).transpose(1, 2)) + 1
            k, v = F.elu(self.to_k(x)) + 1, self.to_v(x)
            scores = q @ k.transpose(1, 2).unsqueeze(1)  # small enough to be written out
            out = scores @ v.unsqueeze(1) / (scores.sum(-1, keepdim=True) + 1e-6)
            return self.to_out(out.transpose(1, 2).flatten(2))

    class UniversalEncoder(nn.Module):
        def __init__(self, dim=12):
            super().__init__()
            self.inp = nn.Linear(5, dim)
            self.attn = LinearMQA(dim, 3)
            self.ln_ff, self.ln_attn = nn.LayerNorm(dim), nn.LayerNorm(dim)
            self.ff = nn.Sequential(nn.Linear(dim, 2 * dim), nn.ReLU(), nn.Linear(2 * dim, dim))
            self.depth_emb = nn.Parameter(torch.randn(3, dim) * 0.02)
            self.ln_f = nn.LayerNorm(dim)
            self.cls = nn.Linear(dim, 4)

        def forward(self, x):
            x = self.inp(x)
            for e in self.depth_emb:
                x = x + e
                x = x + self.attn(self.ln_attn(x))
                x = x + self.ff(self.ln_ff(x))
            return self.cls(self.ln_f(x).mean(1))

    model = UniversalEncoder()
    decayed = [p for p in model.parameters() if p.ndim > 1]
    rest = [p for p in model.parameters() if p.ndim < 2]
    optimizer = torch.optim.SGD([{"params": decayed, "weight_decay": 0.0625}, {"params": rest}], lr=0.0625)

    def rate(step):
        if step < 4:
            return step / 4
        return 0.25 + 0.75 * 0.5 * (1 + math.cos(math.pi * min((step - 4) / 16, 1.0)))

    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)
    return model, optimizer, nn.CrossEntropyLoss(label_smoothing=0.125), scheduler


def training_data():
    import numpy as np

    rng = np.random.default_rng(8)
    classes = rng.integers(0, 4, 24)
    rows = rng.normal(size=(24, 10, 5)) + classes[:, None, None] / 4
    return rows.astype("float32"), np.eye(4, dtype="float32")[classes]
