"""CLIP's text tower: CLIPTextEncoder of keras-hub with pooling and projection, and model.py of openai/CLIP.

Over there: LND layout, nn.MultiheadAttention, QuickGELU, an additive mask, argmax of the tokens as the end of text. The
embeddings agree to five digits and no further: keras-hub gives the last norm, and only that one, an epsilon of 1e-6.
"""

INPUTS = ("9:int32",)
LIBRARIES = ("keras-hub",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-epsilon"],
            "keras": ["*layer_norm"],
            "torch": ["ln_final"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops
    from keras_hub.models import CLIPTextEncoder

    tower = CLIPTextEncoder(
        vocabulary_size=24,
        embedding_dim=16,
        hidden_dim=16,
        num_layers=2,
        num_heads=4,
        intermediate_dim=32,
        max_sequence_length=9,
    )
    tokens = keras.Input((9,), dtype="int32", name="token_ids")
    x = tower({"token_ids": tokens})
    end = ops.one_hot(ops.argmax(tokens, axis=-1), 9, dtype=x.dtype)
    pooled = ops.einsum("bn,bnd->bd", end, x)
    return keras.Model(tokens, layers.Dense(8, use_bias=False, name="text_projection")(pooled))


def torch_model():
    from collections import OrderedDict

    import torch
    from torch import nn

    class QuickGELU(nn.Module):
        def forward(self, x):
            return x * torch.sigmoid(1.702 * x)

    class ResidualAttentionBlock(nn.Module):
        def __init__(self, d_model, n_head, attn_mask):
            super().__init__()
            self.attn = nn.MultiheadAttention(d_model, n_head)
            self.ln_1 = nn.LayerNorm(d_model)
            self.mlp = nn.Sequential(
                OrderedDict(
                    [
                        ("c_fc", nn.Linear(d_model, d_model * 2)),
                        ("gelu", QuickGELU()),
                        ("c_proj", nn.Linear(d_model * 2, d_model)),
                    ]
                )
            )
            self.ln_2 = nn.LayerNorm(d_model)
            self.attn_mask = attn_mask

        def attention(self, x):
            mask = self.attn_mask.to(dtype=x.dtype, device=x.device)
            return self.attn(x, x, x, need_weights=False, attn_mask=mask)[0]

        def forward(self, x):
            x = x + self.attention(self.ln_1(x))
            return x + self.mlp(self.ln_2(x))

    class TextTower(nn.Module):
        def __init__(self, width=16, context_length=9, vocab_size=24, heads=4, layers=2, embed_dim=8):
            super().__init__()
            mask = torch.full((context_length, context_length), float("-inf")).triu_(1)
            self.transformer = nn.Sequential(*[ResidualAttentionBlock(width, heads, mask) for _ in range(layers)])
            self.token_embedding = nn.Embedding(vocab_size, width)
            self.positional_embedding = nn.Parameter(torch.randn(context_length, width) * 0.01)
            self.ln_final = nn.LayerNorm(width)
            self.text_projection = nn.Parameter(torch.randn(width, embed_dim) * width**-0.5)

        def forward(self, text):
            x = self.token_embedding(text) + self.positional_embedding
            x = self.transformer(x.permute(1, 0, 2)).permute(1, 0, 2)
            x = self.ln_final(x)
            return x[torch.arange(x.shape[0]), text.argmax(dim=-1)] @ self.text_projection

    return TextTower()
