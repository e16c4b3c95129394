"""GPT head: the Keras model multiplies by the token table, the port has an lm_head and forgot to tie it."""

INPUTS = ("7:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["tied-weights", "layer-missing"],
            "keras": ["token_embedding", "tied_head", ""],
            "torch": ["lm_head", "tok_emb", ""],
            "visible": False,
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    ids = keras.Input((7,), dtype="int32")
    table = layers.ReversibleEmbedding(13, 8, tie_weights=True, name="token_embedding")
    x = table(ids)
    y = layers.LayerNormalization(epsilon=1e-5, name="ln_1")(x)
    y = layers.MultiHeadAttention(2, 4, name="attn")(y, y, use_causal_mask=True)
    x = layers.Add()([x, y])
    y = layers.LayerNormalization(epsilon=1e-5, name="ln_2")(x)
    y = layers.Dense(8, name="down")(layers.Dense(16, activation="gelu", name="up")(y))
    x = layers.Add()([x, y])
    x = layers.LayerNormalization(epsilon=1e-5, name="ln_f")(x)
    return keras.Model(ids, table(x, reverse=True))


def torch_model():
    import torch
    from torch import nn

    class MiniGPT(nn.Module):
        def __init__(self):
            super().__init__()
            self.tok_emb = nn.Embedding(13, 8)
            self.ln_1 = nn.LayerNorm(8)
            self.attn = nn.MultiheadAttention(8, 2, batch_first=True)
            self.ln_2 = nn.LayerNorm(8)
            self.mlp = nn.Sequential(nn.Linear(8, 16), nn.GELU(), nn.Linear(16, 8))
            self.ln_f = nn.LayerNorm(8)
            self.lm_head = nn.Linear(8, 13, bias=False)

        def forward(self, ids):
            x = self.tok_emb(ids)
            n = ids.shape[1]
            mask = torch.triu(torch.full((n, n), float("-inf")), diagonal=1).to(x.dtype)
            h = self.ln_1(x)
            x = x + self.attn(h, h, h, attn_mask=mask, need_weights=False)[0]
            x = x + self.mlp(self.ln_2(x))
            return self.lm_head(self.ln_f(x))

    return MiniGPT()
