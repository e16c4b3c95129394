"""Two blocks of FocalNet: FocalNetLayer of transformers with layer scale, and focal modulation in Keras ops.

The gates are split before the transposition there and taken from the last axis here; both average the last context.
"""

INPUTS = ("8x6x12",)
LIBRARIES = ("transformers",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class FocalModulation(layers.Layer):
        def __init__(self, levels=2, window=3, factor=2, **kwargs):
            super().__init__(**kwargs)
            self.levels, self.kernels = levels, [window + factor * i for i in range(levels)]

        def build(self, shape):
            dim = shape[-1]
            self.f = layers.Dense(2 * dim + self.levels + 1, name="f")
            self.h = layers.Dense(dim, name="h")
            self.proj = layers.Dense(dim, name="proj")
            self.contexts = [
                layers.DepthwiseConv2D(k, padding="same", use_bias=False, activation="gelu", name=f"focal_{k}")
                for k in self.kernels
            ]

        def call(self, x):
            dim = x.shape[-1]
            q, ctx, gates = ops.split(self.f(x), [dim, 2 * dim], axis=-1)
            total = []
            for i, layer in enumerate(self.contexts):
                ctx = layer(ctx)
                total.append(ctx * gates[..., i, None])
            whole = ops.gelu(ops.mean(ctx, axis=(1, 2), keepdims=True), approximate=False)
            total.append(whole * gates[..., -1:])
            return self.proj(q * self.h(sum(total) / (self.levels + 1)))

    class Block(layers.Layer):
        def build(self, shape):
            dim = shape[-1]
            self.norm1 = layers.LayerNormalization(epsilon=1e-5, name="norm1")
            self.norm2 = layers.LayerNormalization(epsilon=1e-5, name="norm2")
            self.modulation = FocalModulation(name="modulation")
            self.mlp = keras.Sequential([layers.Dense(2 * dim, activation="gelu"), layers.Dense(dim)], name="mlp")
            self.gamma1 = self.add_weight(shape=(dim,), initializer="ones", name="gamma1")
            self.gamma2 = self.add_weight(shape=(dim,), initializer="ones", name="gamma2")

        def call(self, x):
            x = x + self.gamma1 * self.modulation(self.norm1(x))
            return x + self.gamma2 * self.mlp(self.norm2(x))

    inputs = keras.Input((8, 6, 12))
    x = inputs
    for i in range(2):
        x = Block(name=f"block_{i}")(x)
    return keras.Model(inputs, x)


def torch_model():
    from torch import nn
    from transformers import FocalNetConfig
    from transformers.models.focalnet.modeling_focalnet import FocalNetLayer

    class Stage(nn.Module):
        def __init__(self):
            super().__init__()
            config = FocalNetConfig(
                embed_dim=12,
                depths=[2],
                focal_levels=[2],
                focal_windows=[3],
                mlp_ratio=2.0,
                use_layerscale=True,
                normalize_modulator=True,
            )
            self.layers = nn.ModuleList(FocalNetLayer(config, 0, 12, (8, 6)) for _ in range(2))

        def forward(self, x):
            size = x.shape[2:]
            x = x.flatten(2).transpose(1, 2)
            for layer in self.layers:
                x = layer(x, size)
            return x.transpose(1, 2).unflatten(2, size)

    return Stage()
