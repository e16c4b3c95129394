"""AutoInt for click prediction, where fields attend to each other without dividing the scores; to make the PyTorch port
faster I used the fused attention function.
"""

INPUTS = ("7:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["attention-scale", "attention-luong-scale", "scale-other"],
            "keras": ["interact_*", "interact_*/*"],
            "torch": ["interacting", "scaled_dot_product_attention*", "softmax*", "matmul*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class Interacting(layers.Layer):
        def __init__(self, per_head=6, heads=2, **kwargs):
            super().__init__(**kwargs)
            self.per_head, self.heads = per_head, heads

        def build(self, shape):
            size = (shape[-1], self.per_head * self.heads)
            self.query = self.add_weight(shape=size, name="query")
            self.key = self.add_weight(shape=size, name="key")
            self.value = self.add_weight(shape=size, name="value")
            self.res = self.add_weight(shape=size, name="res")

        def call(self, x):
            q, k, v = (ops.tensordot(x, w, axes=(-1, 0)) for w in (self.query, self.key, self.value))
            q, k, v = (ops.stack(ops.split(t, self.heads, axis=2)) for t in (q, k, v))
            scores = ops.softmax(ops.einsum("hbik,hbjk->hbij", q, k))
            found = ops.matmul(scores, v)
            found = ops.concatenate([found[h] for h in range(self.heads)], axis=-1)
            return ops.relu(found + ops.tensordot(x, self.res, axes=(-1, 0)))

    fields = keras.Input((7,), dtype="int32")
    x = layers.Embedding(60, 8, name="fields")(fields)
    for n in range(2):
        x = Interacting(name=f"interact_{n}")(x)
    x = layers.Flatten(name="flat")(x)
    return keras.Model(fields, layers.Dense(1, activation="sigmoid", name="click")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class InteractingLayer(nn.Module):
        def __init__(self, embed_dim, attention_dim, num_heads):
            super().__init__()
            self.num_heads = num_heads
            self.W_q = nn.Linear(embed_dim, attention_dim, bias=False)
            self.W_k = nn.Linear(embed_dim, attention_dim, bias=False)
            self.W_v = nn.Linear(embed_dim, attention_dim, bias=False)
            self.W_res = nn.Linear(embed_dim, attention_dim, bias=False)

        def heads(self, x):
            return x.unflatten(-1, (self.num_heads, -1)).transpose(1, 2)

        def forward(self, x):
            out = F.scaled_dot_product_attention(*(self.heads(w(x)) for w in (self.W_q, self.W_k, self.W_v)))
            return (out.transpose(1, 2).flatten(2) + self.W_res(x)).relu()

    class AutoInt(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(60, 8)
            self.interacting = nn.Sequential(InteractingLayer(8, 12, 2), InteractingLayer(12, 12, 2))
            self.fc = nn.Linear(7 * 12, 1)

        def forward(self, x):
            x = self.interacting(self.embedding(x))
            return torch.sigmoid(self.fc(x.flatten(start_dim=1)))

    return AutoInt()
