"""Conformer encoder layer for speech: in Keras the convolution module is gated by the first half of the pointwise
convolution, and the second feed-forward module is added in full instead of by half.
"""

INPUTS = ("20x16",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["split-order"],
            "keras": ["conv_module", "conv_module/*"],
            "torch": ["layer.conv", "layer.conv.*", "glu*"],
        },
        {
            "rules": ["scale-other"],
            "keras": ["ff2_add", "ff2", "norm_out"],
            "torch": ["mul*", "add*", "layer.ffn2", "layer.norm_final", "layer"],
        },
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class FeedForward(layers.Layer):
        def __init__(self, width, expansion=2, **kwargs):
            super().__init__(**kwargs)
            self.norm = layers.LayerNormalization(epsilon=1e-5, name="norm")
            self.up = layers.Dense(width * expansion, activation="silu", name="up")
            self.down = layers.Dense(width, name="down")

        def call(self, x):
            return self.down(self.up(self.norm(x)))

    class ConvModule(layers.Layer):
        def __init__(self, width, kernel, **kwargs):
            super().__init__(**kwargs)
            self.norm = layers.LayerNormalization(epsilon=1e-5, name="norm")
            self.pointwise_in = layers.Conv1D(2 * width, 1, name="pointwise_in")
            self.depthwise = layers.DepthwiseConv1D(kernel, padding="same", use_bias=False, name="depthwise")
            self.bn = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="bn")
            self.pointwise_out = layers.Conv1D(width, 1, name="pointwise_out")

        def call(self, x, training=None):
            gate, value = ops.split(self.pointwise_in(self.norm(x)), 2, axis=-1)
            x = self.depthwise(ops.sigmoid(gate) * value)
            return self.pointwise_out(ops.silu(self.bn(x, training=training)))

    frames = keras.Input((20, 16))
    x = layers.Add(name="ff1_add")(
        [frames, layers.Rescaling(0.5, name="ff1_half")(FeedForward(16, name="ff1")(frames))]
    )
    h = layers.LayerNormalization(epsilon=1e-5, name="attention_norm")(x)
    x = layers.Add(name="attention_add")([x, layers.MultiHeadAttention(4, 4, name="attention")(h, h)])
    x = layers.Add(name="conv_add")([x, ConvModule(16, 7, name="conv_module")(x)])
    x = layers.Add(name="ff2_add")([x, FeedForward(16, name="ff2")(x)])
    x = layers.LayerNormalization(epsilon=1e-5, name="norm_out")(x)
    return keras.Model(frames, layers.Dense(9, name="characters")(x), name="conformer")


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class ConvolutionModule(nn.Module):
        def __init__(self, channels, kernel_size):
            super().__init__()
            self.layer_norm = nn.LayerNorm(channels)
            self.pointwise_conv1 = nn.Conv1d(channels, 2 * channels, 1)
            self.depthwise_conv = nn.Conv1d(
                channels, channels, kernel_size, padding=(kernel_size - 1) // 2, groups=channels, bias=False
            )
            self.norm = nn.BatchNorm1d(channels)
            self.pointwise_conv2 = nn.Conv1d(channels, channels, 1)

        def forward(self, x):
            x = F.glu(self.pointwise_conv1(self.layer_norm(x).transpose(1, 2)), dim=1)
            x = F.silu(self.norm(self.depthwise_conv(x)))
            return self.pointwise_conv2(x).transpose(1, 2)

    class ConformerLayer(nn.Module):
        def __init__(self, dim=16, heads=4, kernel_size=7):
            super().__init__()
            self.ffn1 = self._ffn(dim)
            self.self_attn_norm = nn.LayerNorm(dim)
            self.self_attn = nn.MultiheadAttention(dim, heads, batch_first=True)
            self.conv = ConvolutionModule(dim, kernel_size)
            self.ffn2 = self._ffn(dim)
            self.norm_final = nn.LayerNorm(dim)

        @staticmethod
        def _ffn(dim):
            return nn.Sequential(nn.LayerNorm(dim), nn.Linear(dim, 2 * dim), nn.SiLU(), nn.Linear(2 * dim, dim))

        def forward(self, x):
            x = x + 0.5 * self.ffn1(x)
            y = self.self_attn_norm(x)
            x = x + self.self_attn(y, y, y, need_weights=False)[0]
            x = x + self.conv(x)
            x = x + 0.5 * self.ffn2(x)
            return self.norm_final(x)

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = ConformerLayer()
            self.ctc = nn.Linear(16, 9)

        def forward(self, x):
            return self.ctc(self.layer(x))

    return Encoder()
