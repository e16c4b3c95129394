"""Two Conformer blocks over log-mel frames: macaron feed-forwards, attention, gated depthwise convolution."""

INPUTS = ("11x10",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    def norm(name):
        return layers.LayerNormalization(epsilon=1e-5, name=name)

    class FeedForward(layers.Layer):
        def __init__(self, dim, mult=2, rate=0.1, **kwargs):
            super().__init__(**kwargs)
            self.norm = norm("ln")
            self.up = layers.Dense(dim * mult, activation="swish", name="up")
            self.drop1 = layers.Dropout(rate)
            self.down = layers.Dense(dim, name="down")
            self.drop2 = layers.Dropout(rate)

        def call(self, x, training=None):
            y = self.drop1(self.up(self.norm(x)), training=training)
            return self.drop2(self.down(y), training=training)

    class ConvModule(layers.Layer):
        def __init__(self, dim, kernel=5, rate=0.1, **kwargs):
            super().__init__(**kwargs)
            self.norm = norm("ln")
            self.value = layers.Dense(dim, name="value")
            self.gate = layers.Dense(dim, activation="sigmoid", name="gate")
            self.depthwise = layers.DepthwiseConv1D(kernel, padding="same", name="depthwise")
            self.bn = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="bn")
            self.act = layers.Activation("silu")
            self.out = layers.Dense(dim, name="out")
            self.drop = layers.Dropout(rate)

        def call(self, x, training=None):
            x = self.norm(x)
            x = self.value(x) * self.gate(x)
            x = self.act(self.bn(self.depthwise(x), training=training))
            return self.drop(self.out(x), training=training)

    class ConformerBlock(layers.Layer):
        def __init__(self, dim, heads, **kwargs):
            super().__init__(**kwargs)
            self.ff1 = FeedForward(dim, name="ff1")
            self.attn_norm = norm("attn_norm")
            self.attn = layers.MultiHeadAttention(heads, dim // heads, name="attn")
            self.attn_drop = layers.Dropout(0.1)
            self.conv = ConvModule(dim, name="conv")
            self.ff2 = FeedForward(dim, name="ff2")
            self.final = norm("final")

        def call(self, x, training=None):
            x = x + 0.5 * self.ff1(x, training=training)
            y = self.attn_norm(x)
            x = x + self.attn_drop(self.attn(y, y), training=training)
            x = x + self.conv(x, training=training)
            x = x + 0.5 * self.ff2(x, training=training)
            return self.final(x)

    inputs = keras.Input((11, 10), name="frames")
    x = layers.Dense(12, name="project")(inputs)
    for i in range(2):
        x = ConformerBlock(12, 3, name=f"block_{i}")(x)
    return keras.Model(inputs, layers.Dense(7, activation="log_softmax", name="ctc")(x))


def torch_model():
    from torch import nn
    from torch.nn import functional as F

    class ConformerConvModule(nn.Module):
        def __init__(self, d, k=5, p=0.1):
            super().__init__()
            self.layer_norm = nn.LayerNorm(d)
            self.sequential = nn.Sequential(
                nn.Conv1d(d, 2 * d, 1),
                nn.GLU(dim=1),
                nn.Conv1d(d, d, k, padding=(k - 1) // 2, groups=d),
                nn.BatchNorm1d(d),
                nn.SiLU(),
                nn.Conv1d(d, d, 1),
                nn.Dropout(p),
            )

        def forward(self, x):
            return self.sequential(self.layer_norm(x).transpose(1, 2)).transpose(1, 2)

    class FeedForwardModule(nn.Module):
        def __init__(self, d, hidden, p=0.1):
            super().__init__()
            self.sequential = nn.Sequential(
                nn.LayerNorm(d), nn.Linear(d, hidden), nn.SiLU(), nn.Dropout(p), nn.Linear(hidden, d), nn.Dropout(p)
            )

        def forward(self, x):
            return self.sequential(x)

    class ConformerLayer(nn.Module):
        def __init__(self, d, heads, p=0.1):
            super().__init__()
            self.ffn1 = FeedForwardModule(d, 2 * d)
            self.self_attn_layer_norm = nn.LayerNorm(d)
            self.self_attn = nn.MultiheadAttention(d, heads)
            self.self_attn_dropout = nn.Dropout(p)
            self.conv_module = ConformerConvModule(d)
            self.ffn2 = FeedForwardModule(d, 2 * d)
            self.final_layer_norm = nn.LayerNorm(d)

        def forward(self, x):  # (time, batch, channels)
            x = self.ffn1(x) * 0.5 + x
            residual = x
            x = self.self_attn_layer_norm(x)
            x, _ = self.self_attn(x, x, x, need_weights=False)
            x = residual + self.self_attn_dropout(x)
            x = x + self.conv_module(x.transpose(0, 1)).transpose(0, 1)
            x = self.ffn2(x) * 0.5 + x
            return self.final_layer_norm(x)

    class Encoder(nn.Module):
        def __init__(self, feats=10, d=12, layers=2, heads=3, vocab=7):
            super().__init__()
            self.input_linear = nn.Linear(feats, d)
            self.conformer_layers = nn.ModuleList([ConformerLayer(d, heads) for _ in range(layers)])
            self.output_linear = nn.Linear(d, vocab)

        def forward(self, frames):
            x = self.input_linear(frames).transpose(0, 1)
            for layer in self.conformer_layers:
                x = layer(x)
            return F.log_softmax(self.output_linear(x.transpose(0, 1)), dim=-1)

    return Encoder()
