"""Character GPT. PyTorch is nanoGPT before flash attention, with the mask as a buffer of block_size by block_size; I
cut it so that it would work with a cache later on. Loss of the PyTorch model is too good to be true.
"""

INPUTS = ("8:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["attention-causal", "attention-causal-offset"],
            "keras": ["attn_*"],
            "torch": ["masked_fill*", "softmax*", "transformer.h.*.attn", "transformer.h.*.attn.c_proj", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class Positions(layers.Layer):
        def __init__(self, length, width, **kwargs):
            super().__init__(**kwargs)
            self.table = layers.Embedding(length, width, name="wpe")

        def call(self, x):
            return x + self.table(ops.arange(ops.shape(x)[1]))

    ids = keras.Input((8,), dtype="int32")
    x = Positions(16, 16, name="positions")(layers.Embedding(40, 16, name="wte")(ids))
    for i in range(2):
        y = layers.LayerNormalization(epsilon=1e-5, name=f"ln_1_{i}")(x)
        x = x + layers.MultiHeadAttention(2, 8, name=f"attn_{i}")(y, y, use_causal_mask=True)
        y = layers.LayerNormalization(epsilon=1e-5, name=f"ln_2_{i}")(x)
        y = layers.Activation(lambda t: keras.activations.gelu(t, approximate=True))(
            layers.Dense(64, name=f"fc_{i}")(y)
        )
        x = x + layers.Dense(16, name=f"proj_{i}")(y)
    x = layers.LayerNormalization(epsilon=1e-5, name="ln_f")(x)
    return keras.Model(ids, layers.Dense(40, use_bias=False, name="lm_head")(x))


def torch_model():
    import math

    import torch
    from torch import nn
    from torch.nn import functional as F

    class CausalSelfAttention(nn.Module):
        def __init__(self, n_embd, n_head, block_size):
            super().__init__()
            self.c_attn, self.c_proj = nn.Linear(n_embd, 3 * n_embd), nn.Linear(n_embd, n_embd)
            self.n_head, self.n_embd = n_head, n_embd
            mask = torch.tril(torch.ones(block_size, block_size)).view(1, 1, block_size, block_size)
            self.register_buffer("bias", mask)

        def forward(self, x):
            B, T, C = x.size()
            q, k, v = (
                t.view(B, T, self.n_head, C // self.n_head).transpose(1, 2)
                for t in self.c_attn(x).split(self.n_embd, dim=2)
            )
            att = (q @ k.transpose(-2, -1)) * (1.0 / math.sqrt(k.size(-1)))
            att = att.masked_fill(self.bias[:, :, -T:, :T] == 0, float("-inf"))
            y = F.softmax(att, dim=-1) @ v
            return self.c_proj(y.transpose(1, 2).contiguous().view(B, T, C))

    class Block(nn.Module):
        def __init__(self, n_embd, n_head, block_size):
            super().__init__()
            self.ln_1, self.ln_2 = nn.LayerNorm(n_embd), nn.LayerNorm(n_embd)
            self.attn = CausalSelfAttention(n_embd, n_head, block_size)
            c_fc, c_proj = nn.Linear(n_embd, 4 * n_embd), nn.Linear(4 * n_embd, n_embd)
            self.mlp = nn.ModuleDict(dict(c_fc=c_fc, gelu=nn.GELU("tanh"), c_proj=c_proj))

        def forward(self, x):
            x = x + self.attn(self.ln_1(x))
            m = self.mlp
            return x + m.c_proj(m.gelu(m.c_fc(self.ln_2(x))))

    class GPT(nn.Module):
        def __init__(self, vocab=40, block_size=16, n_embd=16, n_head=2, n_layer=2):
            super().__init__()
            self.transformer = nn.ModuleDict(
                dict(
                    wte=nn.Embedding(vocab, n_embd),
                    wpe=nn.Embedding(block_size, n_embd),
                    h=nn.ModuleList([Block(n_embd, n_head, block_size) for _ in range(n_layer)]),
                    ln_f=nn.LayerNorm(n_embd),
                )
            )
            self.lm_head = nn.Linear(n_embd, vocab, bias=False)

        def forward(self, idx):
            t = self.transformer
            x = t.wte(idx) + t.wpe(torch.arange(idx.size(1), device=idx.device))
            for block in t.h:
                x = block(x)
            return self.lm_head(t.ln_f(x))

    return GPT()
