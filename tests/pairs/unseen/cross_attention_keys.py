"""Decoder of a translation model: the cross attention of the port reads its keys and values from the decoder."""

INPUTS = ("6x8", "6x8")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["wiring-other"],
            "keras": ["cross_attention"],
            "torch": ["layer.cross_attn", "layer.multihead_attn"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    memory = keras.Input((6, 8), name="memory")
    target = keras.Input((6, 8), name="target")
    y = layers.MultiHeadAttention(2, 4, name="self_attention")(target, target, use_causal_mask=True)
    x = layers.LayerNormalization(epsilon=1e-5, name="norm_1")(target + y)
    y = layers.MultiHeadAttention(2, 4, name="cross_attention")(x, memory)
    x = layers.LayerNormalization(epsilon=1e-5, name="norm_2")(x + y)
    z = layers.LayerNormalization(epsilon=1e-5, name="memory_norm")(memory)
    z = layers.GlobalAveragePooling1D(name="summary")(z)
    return keras.Model([memory, target], [layers.Dense(5, name="tokens")(x), layers.Dense(1, name="length")(z)])


def torch_model():
    import torch
    from torch import nn

    class DecoderLayer(nn.Module):
        def __init__(self, d, h):
            super().__init__()
            self.self_attn = nn.MultiheadAttention(d, h, batch_first=True)
            self.cross_attn = nn.MultiheadAttention(d, h, batch_first=True)
            self.norm1, self.norm2 = nn.LayerNorm(d), nn.LayerNorm(d)

        def forward(self, x, memory):
            n = x.size(1)
            ahead = torch.ones(n, n, dtype=torch.bool, device=x.device).triu(1)
            x = self.norm1(x + self.self_attn(x, x, x, attn_mask=ahead, need_weights=False)[0])
            return self.norm2(x + self.cross_attn(x, x, x, need_weights=False)[0])

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = DecoderLayer(8, 2)
            self.memory_norm = nn.LayerNorm(8)
            self.tokens = nn.Linear(8, 5)
            self.length = nn.Linear(8, 1)

        def forward(self, memory, target):
            x = self.layer(target, memory)
            return self.tokens(x), self.length(self.memory_norm(memory).mean(1))

    return Net()
