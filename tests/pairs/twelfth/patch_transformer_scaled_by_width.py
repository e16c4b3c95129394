"""Transformer that rates patches, trained alike: its own attention in PyTorch divides the scores by the root of the
model's width instead of a head's.
"""

INPUTS = ["9x12"]
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["attention-scale", "attention-key-dim"],
            "keras": ["mix", "mix/*"],
            "torch": ["attn", "attn.*", "mul*", "matmul*", "einsum*", "softmax*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    patches = keras.Input((9, 12), name="patches")
    x = layers.Dense(32, name="embed")(patches)
    y = layers.LayerNormalization(epsilon=1e-5, name="norm_mix")(x)
    x = layers.Add(name="after_mix")([x, layers.MultiHeadAttention(num_heads=2, key_dim=16, name="mix")(y, y)])
    y = layers.LayerNormalization(epsilon=1e-5, name="norm_think")(x)
    y = layers.Dense(32, name="think_out")(layers.Dense(64, activation="relu", name="think_in")(y))
    x = layers.Add(name="after_think")([x, y])
    x = layers.Flatten(name="flat")(x)
    model = keras.Model(patches, layers.Dense(2, name="rating")(x))
    return model, keras.optimizers.SGD(0.002, momentum=0.9), keras.losses.MeanSquaredError()


def torch_model():
    import torch
    from torch import nn

    class Attention(nn.Module):
        def __init__(self, dim, heads):
            super().__init__()
            self.heads = heads
            self.scale = dim**-0.5
            self.to_q = nn.Linear(dim, dim)
            self.to_k = nn.Linear(dim, dim)
            self.to_v = nn.Linear(dim, dim)
            self.to_out = nn.Linear(dim, dim)

        def forward(self, x):
            b, n, c = x.shape
            q, k, v = (f(x).view(b, n, self.heads, c // self.heads) for f in (self.to_q, self.to_k, self.to_v))
            dots = torch.einsum("bihd,bjhd->bhij", q, k) * self.scale
            out = torch.einsum("bhij,bjhd->bihd", dots.softmax(dim=-1), v)
            return self.to_out(out.reshape(b, n, c))

    class Rater(nn.Module):
        def __init__(self, dim=32):
            super().__init__()
            self.patch = nn.Linear(12, dim)
            self.ln1, self.ln2 = nn.LayerNorm(dim), nn.LayerNorm(dim)
            self.attn = Attention(dim, heads=2)
            self.ff = nn.Sequential(nn.Linear(dim, 2 * dim), nn.ReLU(), nn.Linear(2 * dim, dim))
            self.head = nn.Linear(9 * dim, 2)

        def forward(self, x):
            x = self.patch(x)
            x = x + self.attn(self.ln1(x))
            x = x + self.ff(self.ln2(x))
            return self.head(x.flatten(1))

    model = Rater()
    return model, torch.optim.SGD(model.parameters(), 0.002, momentum=0.9), nn.MSELoss()
