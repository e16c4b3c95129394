"""Residual blocks whose branch is dropped for whole samples, by a layer of one's own on either side."""

INPUTS = ["9x16"]
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class StochasticDepth(layers.Layer):
        def __init__(self, rate, **options):
            super().__init__(**options)
            self.rate, self.seed = rate, keras.random.SeedGenerator(1)

        def call(self, x, training=False):
            if not training:
                return x
            keep = 1 - self.rate
            shape = (ops.shape(x)[0],) + (1,) * (len(x.shape) - 1)
            kept = ops.floor(keep + keras.random.uniform(shape, dtype=x.dtype, seed=self.seed))
            return x / keep * kept

    tokens = keras.Input((9, 16), name="tokens")
    x = tokens
    for n, rate in enumerate((0.1, 0.6)):
        y = layers.LayerNormalization(epsilon=1e-6, name=f"norm_{n}")(x)
        y = layers.Dense(16, activation="gelu", name=f"branch_{n}")(y)
        x = layers.Add(name=f"sum_{n}")([x, StochasticDepth(rate, name=f"drop_{n}")(y)])
    return keras.Model(tokens, layers.Dense(3, name="head")(x))


def torch_model():
    from torch import nn

    class DropPath(nn.Module):
        def __init__(self, rate):
            super().__init__()
            self.rate = rate

        def forward(self, x):
            if not self.training or self.rate == 0:
                return x
            keep = 1 - self.rate
            kept = x.new_empty((x.shape[0],) + (1,) * (x.ndim - 1)).bernoulli_(keep)
            return x * kept.div_(keep)

    class Block(nn.Module):
        def __init__(self, rate):
            super().__init__()
            self.branch = nn.Sequential(nn.LayerNorm(16, eps=1e-6), nn.Linear(16, 16), nn.GELU())
            self.drop = DropPath(rate)

        def forward(self, x):
            return x + self.drop(self.branch(x))

    return nn.Sequential(Block(0.1), Block(0.6), nn.Linear(16, 3))
