"""Mamba of transformers (slow path: one step of the scan after the other) and Keras: the scan is a small RNN cell."""

INPUTS = ("7:int32",)
LIBRARIES = ("transformers",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class Mixer(layers.Layer):
        def __init__(self, width=12, inner=24, states=4, rank=3, kernel=4, **kwargs):
            super().__init__(**kwargs)
            self.inner, self.states, self.rank, self.kernel = inner, states, rank, kernel
            self.norm = layers.RMSNormalization(epsilon=1e-5, name="norm")
            self.in_proj = layers.Dense(2 * inner, use_bias=False, name="in_proj")
            self.conv = layers.DepthwiseConv1D(kernel, name="conv1d")
            self.x_proj = layers.Dense(rank + 2 * states, use_bias=False, name="x_proj")
            self.dt_proj = layers.Dense(inner, activation="softplus", name="dt_proj")
            self.out_proj = layers.Dense(width, use_bias=False, name="out_proj")

        def build(self, shape):
            def start(shape, dtype=None):
                return ops.log(ops.tile(ops.arange(1, shape[1] + 1, dtype=dtype)[None], (shape[0], 1)))

            self.a_log = self.add_weight(shape=(self.inner, self.states), initializer=start, name="a_log")
            self.d = self.add_weight(shape=(self.inner,), initializer="ones", name="d")

        def call(self, x):
            h, gate = ops.split(self.in_proj(self.norm(x)), 2, axis=-1)
            h = ops.silu(self.conv(ops.pad(h, ((0, 0), (self.kernel - 1, 0), (0, 0)))))
            dt, b, c = ops.split(self.x_proj(h), (self.rank, self.rank + self.states), axis=-1)
            dt = self.dt_proj(dt)
            decay = ops.exp(-dt[..., None] * ops.exp(self.a_log))
            entry = (dt * h)[..., None] * b[:, :, None]
            state, seen = ops.zeros_like(entry[:, 0]), []
            for t in range(x.shape[1]):
                state = decay[:, t] * state + entry[:, t]
                seen.append(ops.einsum("bds,bs->bd", state, c[:, t]))
            y = ops.stack(seen, axis=1) + self.d * h
            return x + self.out_proj(y * ops.silu(gate))

    tokens = keras.Input((7,), dtype="int32")
    x = layers.Embedding(20, 12, name="embeddings")(tokens)
    for i in range(2):
        x = Mixer(name=f"mixer_{i}")(x)
    return keras.Model(tokens, layers.RMSNormalization(epsilon=1e-5, name="norm_f")(x))


def torch_model():
    from torch import nn
    from transformers import MambaConfig, MambaModel

    class Backbone(nn.Module):
        def __init__(self):
            super().__init__()
            config = MambaConfig(
                vocab_size=20,
                hidden_size=12,
                state_size=4,
                num_hidden_layers=2,
                conv_kernel=4,
                time_step_rank=3,
                residual_in_fp32=False,
                use_mambapy=False,
            )
            self.mamba = MambaModel(config)

        def forward(self, tokens):
            return self.mamba(tokens, use_cache=False).last_hidden_state

    return Backbone()
