"""Perceiver: cross attention adds its result to the latents in Keras and to the (equally shaped) inputs in PyTorch."""

INPUTS = ("6x12",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["wiring-other"],
            "keras": ["*cross_attention*", "cross_add", "latents", "cross_mlp_norm"],
            "torch": ["cross_attend*", "cross_ff*", "add*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class Latents(layers.Layer):
        def __init__(self, n, dim, **kwargs):
            super().__init__(**kwargs)
            self.n, self.dim = n, dim

        def build(self, shape):
            self.table = self.add_weight(shape=(self.n, self.dim), initializer="random_normal", name="latents")

        def call(self, x):
            return ops.tile(self.table[None], (ops.shape(x)[0], 1, 1))

    def norm(x, name):
        return layers.LayerNormalization(epsilon=1e-5, name=name)(x)

    def mlp(x, name):
        y = layers.Dense(24, activation="gelu", name=f"{name}_up")(norm(x, f"{name}_norm"))
        return layers.Add(name=f"{name}_add")([x, layers.Dense(12, name=f"{name}_down")(y)])

    data = keras.Input((6, 12), name="data")
    latents = Latents(6, 12, name="latents")(data)
    context = norm(data, "context_norm")
    y = layers.MultiHeadAttention(1, 12, name="cross_attention")(norm(latents, "query_norm"), context)
    x = layers.Add(name="cross_add")([latents, y])
    x = mlp(x, "cross_mlp")
    for i in range(2):
        y = norm(x, f"self{i}_norm")
        x = layers.Add(name=f"self{i}_add")([x, layers.MultiHeadAttention(3, 4, name=f"self{i}_attention")(y, y)])
        x = mlp(x, f"self{i}_mlp")
    x = layers.GlobalAveragePooling1D(name="mean")(x)
    return keras.Model(data, layers.Dense(5, name="logits")(norm(x, "head_norm")))


def torch_model():
    import torch
    from torch import nn

    def feed_forward(dim, mult=2):
        return nn.Sequential(nn.LayerNorm(dim), nn.Linear(dim, dim * mult), nn.GELU(), nn.Linear(dim * mult, dim))

    class Attention(nn.Module):
        def __init__(self, dim, heads):
            super().__init__()
            self.heads = heads
            self.scale = (dim // heads) ** -0.5
            self.norm = nn.LayerNorm(dim)
            self.to_q = nn.Linear(dim, dim)
            self.to_k = nn.Linear(dim, dim)
            self.to_v = nn.Linear(dim, dim)
            self.to_out = nn.Linear(dim, dim)

        def forward(self, x, context=None):
            x = self.norm(x)
            context = x if context is None else context
            q, k, v = (
                f(t).unflatten(-1, (self.heads, -1)).transpose(1, 2)
                for f, t in ((self.to_q, x), (self.to_k, context), (self.to_v, context))
            )
            attn = torch.einsum("bhid,bhjd->bhij", q, k).mul(self.scale).softmax(dim=-1)
            return self.to_out((attn @ v).transpose(1, 2).flatten(2))

    class Perceiver(nn.Module):
        def __init__(self, dim=12, num_latents=6, depth=2):
            super().__init__()
            self.latents = nn.Parameter(torch.randn(num_latents, dim))
            self.context_norm = nn.LayerNorm(dim)
            self.cross_attend = Attention(dim, 1)
            self.cross_ff = feed_forward(dim)
            self.layers = nn.ModuleList([nn.ModuleList([Attention(dim, 3), feed_forward(dim)]) for _ in range(depth)])
            self.to_logits = nn.Sequential(nn.LayerNorm(dim), nn.Linear(dim, 5))

        def forward(self, data):
            x = self.latents.expand(data.shape[0], -1, -1)
            x = self.cross_attend(x, context=self.context_norm(data)) + data
            x = self.cross_ff(x) + x
            for attn, ff in self.layers:
                x = attn(x) + x
                x = ff(x) + x
            return self.to_logits(x.mean(dim=1))

    return Perceiver()
