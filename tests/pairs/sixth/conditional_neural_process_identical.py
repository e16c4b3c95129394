"""Attentive neural process without the latent path: context pairs are encoded, targets attend to them. The original
encoder of PyTorch concatenates x and y before its first Linear; in Keras x and y have a layer each and are added.
Mean and sigma.
"""

INPUTS = ("6x1", "6x2", "9x1")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class Process(keras.Model):
        def __init__(self, width=16, heads=2):
            super().__init__()
            self.width, self.heads = width, heads
            self.context_x = layers.Dense(width, use_bias=False, name="context_x")
            self.context_y = layers.Dense(width, name="context_y")
            self.encoder = [layers.Dense(width, name=f"encode_{i}") for i in range(2)]
            self.key_of = layers.Dense(width, activation="relu", name="key_of")  # the same for queries
            self.to_query = layers.EinsumDense("btd,dhk->bhtk", (heads, None, width // heads), name="to_query")
            self.to_key = layers.EinsumDense("btd,dhk->bhtk", (heads, None, width // heads), name="to_key")
            self.to_value = layers.EinsumDense("btd,dhk->bhtk", (heads, None, width // heads), name="to_value")
            self.merge = layers.EinsumDense("bhtk,hkd->btd", (None, width), bias_axes="d", name="merge")
            self.decode = layers.Dense(width, activation="relu", name="decode")
            self.mean = layers.Dense(2, name="mean")
            self.spread = layers.Dense(2, activation="softplus", name="spread")

        def call(self, inputs):
            cx, cy, tx = inputs
            r = ops.relu(self.context_x(cx) + self.context_y(cy))
            r = self.encoder[1](ops.relu(self.encoder[0](r)))
            q, k = self.to_query(self.key_of(tx)), self.to_key(self.key_of(cx))
            scores = ops.matmul(q, ops.swapaxes(k, -1, -2)) / (self.width // self.heads) ** 0.5
            r = self.merge(ops.matmul(ops.softmax(scores), self.to_value(r)))
            h = self.decode(ops.concatenate([r, tx], axis=-1))
            return {"mean": self.mean(h), "sigma": 0.125 + 0.875 * self.spread(h)}

    return Process()


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class BatchMLP(nn.Sequential):
        def __init__(self, d_in, widths):
            mods = []
            for d in widths:
                mods += [nn.Linear(d_in, d), nn.ReLU()]
                d_in = d
            super().__init__(*mods[:-1])

    class DeterministicEncoder(nn.Module):
        def __init__(self, d):
            super().__init__()
            self.d_encoder = BatchMLP(3, [d, d, d])
            self.attention_mlp = BatchMLP(1, [d])
            self.attn = nn.MultiheadAttention(d, 2, bias=False, batch_first=True)
            self.attn_out_bias = nn.Parameter(torch.zeros(d))

        def forward(self, cx, cy, tx):
            r = self.d_encoder(torch.cat([cx, cy], -1))
            k, q = F.relu(self.attention_mlp(cx)), F.relu(self.attention_mlp(tx))
            return self.attn(q, k, r, need_weights=False)[0] + self.attn_out_bias

    class CNP(nn.Module):
        def __init__(self, d=16):
            super().__init__()
            self.encoder = DeterministicEncoder(d)
            self.decoder = nn.Sequential(nn.Linear(d + 1, d), nn.ReLU(), nn.Linear(d, 4))

        def forward(self, context_x, context_y, target_x):
            r = self.encoder(context_x, context_y, target_x)
            mean, log_sigma = self.decoder(torch.cat([r, target_x], dim=-1)).chunk(2, dim=-1)
            return {"mean": mean, "sigma": 0.125 + 0.875 * F.softplus(log_sigma)}

    return CNP()
