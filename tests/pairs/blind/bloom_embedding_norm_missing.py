"""keras_hub BloomBackbone; the torch port forgot that BLOOM normalises its word embeddings."""

INPUTS = ("7:int32",)
LIBRARIES = ("keras_hub",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["layer-missing", "norm-other"],
            "keras": ["*embedding_layernorm*", "*token_embedding*", "*transformer_layer_0*layernorm*"],
            "torch": ["wte", "h.0.ln_1", "h.0", ""],
        }
    ],
}


def keras_model():
    import keras
    import keras_hub
    from keras import ops

    backbone = keras_hub.models.BloomBackbone(
        vocabulary_size=30, num_layers=2, num_heads=4, hidden_dim=16, intermediate_dim=32, name="bloom"
    )
    ids = keras.Input((7,), dtype="int32", name="ids")
    return keras.Model(ids, backbone({"token_ids": ids, "padding_mask": ops.ones_like(ids)}))


def torch_model():
    import torch
    from torch import nn
    from torch.nn import functional as F

    class BloomAttention(nn.Module):
        def __init__(self, d, heads):
            super().__init__()
            self.n_head, self.head_dim = heads, d // heads
            self.query = nn.Linear(d, d)
            self.key = nn.Linear(d, d)
            self.value = nn.Linear(d, d)
            self.dense = nn.Linear(d, d)
            slopes = torch.tensor([2 ** (-8 * (i + 1) / heads) for i in range(heads)])
            self.register_buffer("slopes", slopes, persistent=False)

        def forward(self, x):
            b, n, d = x.shape
            q, k, v = (f(x).view(b, n, self.n_head, -1).transpose(1, 2) for f in (self.query, self.key, self.value))
            alibi = self.slopes[:, None, None] * torch.arange(n, device=x.device)
            scores = torch.baddbmm(
                alibi.repeat(b, 1, 1).to(x.dtype), q.flatten(0, 1), k.flatten(0, 1).mT, alpha=self.head_dim**-0.5
            ).view(b, self.n_head, n, n)
            future = torch.ones(n, n, dtype=torch.bool, device=x.device).triu(1)
            scores = scores.masked_fill(future, torch.finfo(scores.dtype).min)
            y = scores.softmax(-1) @ v
            return self.dense(y.transpose(1, 2).reshape(b, n, d))

    class BloomBlock(nn.Module):
        def __init__(self, d, heads, hidden):
            super().__init__()
            self.ln_1 = nn.LayerNorm(d)
            self.attn = BloomAttention(d, heads)
            self.ln_2 = nn.LayerNorm(d)
            self.up = nn.Linear(d, hidden)
            self.down = nn.Linear(hidden, d)

        def forward(self, x):
            x = x + self.attn(self.ln_1(x))
            return x + self.down(F.gelu(self.up(self.ln_2(x)), approximate="tanh"))

    class Bloom(nn.Module):
        def __init__(self):
            super().__init__()
            self.wte = nn.Embedding(30, 16)
            self.h = nn.ModuleList([BloomBlock(16, 4, 32) for _ in range(2)])
            self.ln_f = nn.LayerNorm(16)

        def forward(self, ids):
            x = self.wte(ids)
            for block in self.h:
                x = block(x)
            return self.ln_f(x)

    return Bloom()
