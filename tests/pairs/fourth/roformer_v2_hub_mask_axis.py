"""RoFormerV2 without biases, rotary positions in neighbouring pairs: keras-hub against a port of bert4keras to torch.

The port masks padded keys as the paper's code does; keras-hub on TensorFlow has (B, 1, T, 1) as mask: padded queries.
"""

INPUTS = ("9:int32", "9:int32")
LIBRARIES = ("keras-hub",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["attention-mask-missing", "attention-implicit-mask", "permute-axes", "attention-masked-row"],
            "keras": ["*transformer_layer_*"],
            "torch": ["layers.*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras_hub.models import RoformerV2Backbone

    tokens = keras.Input((9,), dtype="int32", name="token_ids")
    segments = keras.Input((9,), dtype="int32", name="segment_ids")
    backbone = RoformerV2Backbone(
        vocabulary_size=20,
        num_layers=2,
        num_heads=4,
        head_size=4,
        hidden_dim=16,
        intermediate_dim=32,
        dropout=0.0,
        num_segments=20,
    )
    return keras.Model([tokens, segments], backbone({"token_ids": tokens, "segment_ids": segments}))


def torch_model():
    import torch
    from torch import nn

    class Norm(nn.Module):
        def __init__(self, n):
            super().__init__()
            self.weight = nn.Parameter(torch.ones(n))

        def forward(self, x):
            return x / (x.square().mean(-1, keepdim=True) + 1e-7).sqrt() * self.weight

    class Layer(nn.Module):
        def __init__(self, d=16, heads=4, inner=32):
            super().__init__()
            self.heads = heads
            self.q, self.k, self.v, self.o = (nn.Linear(d, d, bias=False) for _ in range(4))
            self.up, self.down = nn.Linear(d, inner, bias=False), nn.Linear(inner, d, bias=False)
            self.norm1, self.norm2 = Norm(d), Norm(d)

        def forward(self, x, keep, rotation):
            n, t, d = x.shape
            q, k, v = (f(x).view(n, t, self.heads, -1).transpose(1, 2) for f in (self.q, self.k, self.v))
            q, k = (
                torch.view_as_real(torch.view_as_complex(z.unflatten(-1, (-1, 2))) * rotation).flatten(-2)
                for z in (q.contiguous(), k.contiguous())
            )
            scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
            scores = scores.masked_fill(~keep[:, None, None, :], -1e9)
            y = self.o((scores.softmax(-1) @ v).transpose(1, 2).reshape(n, t, d))
            x = self.norm1(x + y)
            return self.norm2(x + self.down(self.up(x).relu()))

    class RoFormerV2(nn.Module):
        def __init__(self):
            super().__init__()
            self.tokens, self.segments = nn.Embedding(20, 16), nn.Embedding(20, 16)
            self.norm = Norm(16)
            self.layers = nn.ModuleList([Layer() for _ in range(2)])
            self.register_buffer("rate", 10000.0 ** (-torch.arange(0, 4, 2, dtype=torch.float64) / 4), persistent=False)

        def forward(self, tokens, segments):
            x = self.norm(self.tokens(tokens) + self.segments(segments))
            angle = torch.arange(tokens.shape[1])[:, None] * self.rate
            rotation = torch.polar(torch.ones_like(angle), angle).to(x.dtype.to_complex())
            for layer in self.layers:
                x = layer(x, tokens != 0, rotation)
            return x

    return RoFormerV2()
