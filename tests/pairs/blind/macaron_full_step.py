"""Macaron transformer: both feed-forward branches count half in Keras, the first one counts fully in PyTorch."""

INPUTS = ("10:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["scale-other"],
            "keras": ["layer*_half1", "layer*_ff1_add", "layer*_ff1_down", "layer*_ff1_drop", "layer*_attn_norm"],
            "torch": ["layers.*.feed_forward_macaron*", "layers.*.dropout*", "layers.*.add*", "layers.0", "layers.1"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    dim = 12

    def feed_forward(x, name):
        y = layers.LayerNormalization(epsilon=1e-6, name=f"{name}_norm")(x)
        y = layers.Dense(20, activation="relu", name=f"{name}_up")(y)
        y = layers.Dense(dim, name=f"{name}_down")(y)
        return layers.Dropout(0.1, name=f"{name}_drop")(y)

    ids = keras.Input((10,), dtype="int32", name="ids")
    x = layers.Embedding(28, dim, name="embedding")(ids)
    for i in range(2):
        y = layers.Rescaling(0.5, name=f"layer{i}_half1")(feed_forward(x, f"layer{i}_ff1"))
        x = layers.Add(name=f"layer{i}_ff1_add")([x, y])
        y = layers.LayerNormalization(epsilon=1e-6, name=f"layer{i}_attn_norm")(x)
        y = layers.MultiHeadAttention(2, dim // 2, name=f"layer{i}_attn")(y, y, use_causal_mask=True)
        x = layers.Add(name=f"layer{i}_attn_add")([x, y])
        y = layers.Rescaling(0.5, name=f"layer{i}_half2")(feed_forward(x, f"layer{i}_ff2"))
        x = layers.Add(name=f"layer{i}_ff2_add")([x, y])
    x = layers.LayerNormalization(epsilon=1e-6, name="after_norm")(x)
    return keras.Model(ids, layers.Dense(28, name="logits")(x))


def torch_model():
    import torch
    from torch import nn

    class PositionwiseFeedForward(nn.Module):
        def __init__(self, idim, hidden):
            super().__init__()
            self.w_1 = nn.Linear(idim, hidden)
            self.w_2 = nn.Linear(hidden, idim)

        def forward(self, x):
            return self.w_2(torch.relu(self.w_1(x)))

    class EncoderLayer(nn.Module):
        """ESPnet names."""

        def __init__(self, size, heads, hidden):
            super().__init__()
            self.self_attn = nn.MultiheadAttention(size, heads, batch_first=True)
            self.feed_forward = PositionwiseFeedForward(size, hidden)
            self.feed_forward_macaron = PositionwiseFeedForward(size, hidden)
            self.norm_ff = nn.LayerNorm(size, eps=1e-6)
            self.norm_mha = nn.LayerNorm(size, eps=1e-6)
            self.norm_ff_macaron = nn.LayerNorm(size, eps=1e-6)
            self.dropout = nn.Dropout(0.1)
            self.ff_scale = 0.5

        def forward(self, x, mask):
            x = x + self.dropout(self.feed_forward_macaron(self.norm_ff_macaron(x)))
            y = self.norm_mha(x)
            x = x + self.self_attn(y, y, y, attn_mask=mask, need_weights=False)[0]
            return x + self.ff_scale * self.dropout(self.feed_forward(self.norm_ff(x)))

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed = nn.Embedding(28, 12)
            self.layers = nn.ModuleList([EncoderLayer(12, 2, 20) for _ in range(2)])
            self.after_norm = nn.LayerNorm(12, eps=1e-6)
            self.out = nn.Linear(12, 28)
            self.register_buffer("future", torch.ones(10, 10, dtype=torch.bool).triu(1))

        def forward(self, ids):
            x = self.embed(ids)
            for layer in self.layers:
                x = layer(x, self.future)
            return self.out(self.after_norm(x))

    return Encoder()
