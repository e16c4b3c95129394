"""DETR with one encoder and one decoder layer. In the reference the sine positions go to queries and keys of an
attention; my Keras encoder adds them to its input once, as in ViT, so they are in the values and in the residual too.
"""

INPUTS = ("24x32x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["wiring-other", "positions-missing", "branch-missing"],
            "keras": ["with_positions", "encoder_attention", "encoder_add", "encoder_norm1", "add*"],
            "torch": ["encoder.self_attn*", "encoder", "encoder.norm1", "encoder.*"],
        }
    ],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    def sine(h, w, c, scale=2 * np.pi):
        rate = 10000.0 ** (2 * (np.arange(c // 2) // 2) / (c // 2))
        parts = []
        for n, axis in ((h, 0), (w, 1)):
            angle = ((np.arange(n) + 1.0) / (n + 1e-6) * scale)[:, None] / rate
            table = np.stack([np.sin(angle[:, 0::2]), np.cos(angle[:, 1::2])], -1).reshape(n, -1)
            parts.append(np.broadcast_to(np.expand_dims(table, 1 - axis), (h, w, c // 2)))
        return np.concatenate(parts, -1).reshape(1, h * w, c)

    class Queries(layers.Layer):
        def build(self, shape):
            self.table = self.add_weight(shape=(5, shape[-1]), initializer="random_normal", name="query_embed")

        def call(self, x):
            return ops.repeat(self.table[None], ops.shape(x)[0], axis=0)

    def norm(x, name):
        return layers.LayerNormalization(epsilon=1e-5, name=name)(x)

    def feed_forward(x, name):
        y = layers.Dense(x.shape[-1], name=f"{name}_linear2")(layers.Dense(32, "relu", name=f"{name}_linear1")(x))
        return norm(layers.Add(name=f"{name}_ff_add")([x, y]), f"{name}_ff_norm")

    images = keras.Input((24, 32, 3))
    x = layers.Conv2D(12, 4, 4, activation="relu", name="backbone")(images)
    x = layers.Conv2D(16, 1, name="input_proj")(x)
    h, w = x.shape[1:3]
    table = sine(h, w, 16)
    x = layers.Reshape((h * w, 16))(x)

    x = layers.Lambda(lambda z: z + ops.convert_to_tensor(table, z.dtype), name="with_positions")(x)
    y = layers.MultiHeadAttention(4, 4, name="encoder_attention")(x, x)
    x = norm(layers.Add(name="encoder_add")([x, y]), "encoder_norm1")
    memory = feed_forward(x, "encoder")

    queries = Queries(name="queries")(memory)
    x = ops.zeros_like(queries)
    y = layers.MultiHeadAttention(4, 4, name="decoder_attention")(queries, value=x, key=queries)
    x = norm(x + y, "decoder_norm1")
    keys = layers.Lambda(lambda z: z + ops.convert_to_tensor(table, z.dtype), name="memory_keys")(memory)
    y = layers.MultiHeadAttention(4, 4, name="decoder_cross")(x + queries, value=memory, key=keys)
    x = feed_forward(norm(x + y, "decoder_norm2"), "decoder")
    boxes = layers.Dense(16, "relu", name="bbox_0")(x)
    return keras.Model(images, [layers.Dense(6, name="classes")(x), layers.Dense(4, "sigmoid", name="bbox_1")(boxes)])


def torch_model():
    import torch
    from torch import nn

    class Encoder(nn.Module):
        def __init__(self, d):
            super().__init__()
            self.self_attn = nn.MultiheadAttention(d, 4)
            self.norm1, self.norm2 = nn.LayerNorm(d), nn.LayerNorm(d)
            self.linear1, self.linear2 = nn.Linear(d, 32), nn.Linear(32, d)

        def forward(self, src, pos):
            q = k = src + pos
            src = self.norm1(src + self.self_attn(q, k, value=src)[0])
            return self.norm2(src + self.linear2(self.linear1(src).relu()))

    class Decoder(nn.Module):
        def __init__(self, d):
            super().__init__()
            self.self_attn, self.cross_attn = nn.MultiheadAttention(d, 4), nn.MultiheadAttention(d, 4)
            self.norm1, self.norm2, self.norm3 = nn.LayerNorm(d), nn.LayerNorm(d), nn.LayerNorm(d)
            self.linear1, self.linear2 = nn.Linear(d, 32), nn.Linear(32, d)

        def forward(self, memory, pos, query_pos):
            tgt = torch.zeros_like(query_pos)
            tgt = self.norm1(tgt + self.self_attn(query_pos, query_pos, value=tgt)[0])
            tgt = self.norm2(tgt + self.cross_attn(tgt + query_pos, memory + pos, value=memory)[0])
            return self.norm3(tgt + self.linear2(self.linear1(tgt).relu()))

    class DETR(nn.Module):
        def __init__(self, d=16):
            super().__init__()
            self.d = d
            self.backbone, self.input_proj = nn.Conv2d(3, 12, 4, 4), nn.Conv2d(12, d, 1)
            self.encoder, self.decoder = Encoder(d), Decoder(d)
            self.query_embed = nn.Embedding(5, d)
            self.class_embed = nn.Linear(d, 6)
            self.bbox_embed = nn.ModuleList([nn.Linear(d, d), nn.Linear(d, 4)])

        def positions(self, x):
            ones = torch.ones_like(x[:, 0])
            y, x = ones.cumsum(1), ones.cumsum(2)
            y, x = (z / (z[:, -1:, -1:] + 1e-6) * 2 * torch.pi for z in (y, x))
            i = torch.arange(self.d // 2, dtype=x.dtype)
            rate = 10000 ** (2 * i.div(2, rounding_mode="floor") / (self.d // 2))
            y, x = (z[..., None] / rate for z in (y, x))
            y, x = (torch.stack((z[..., 0::2].sin(), z[..., 1::2].cos()), 4).flatten(3) for z in (y, x))
            return torch.cat((y, x), 3).permute(0, 3, 1, 2)

        def forward(self, images):
            src = self.input_proj(self.backbone(images).relu())
            pos = self.positions(src).flatten(2).permute(2, 0, 1)
            memory = self.encoder(src.flatten(2).permute(2, 0, 1), pos)
            query_pos = self.query_embed.weight.unsqueeze(1).repeat(1, images.shape[0], 1)
            x = self.decoder(memory, pos, query_pos).transpose(0, 1)
            return self.class_embed(x), self.bbox_embed[1](self.bbox_embed[0](x).relu()).sigmoid()

    return DETR()
