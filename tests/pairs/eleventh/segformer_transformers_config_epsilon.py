"""Two stages of a SegFormer encoder as picture classifier: the transformers library on one side, my Keras layers on
the other, with every number read from the config, the epsilon of the layer norms too.
"""

INPUTS = ("32x32x3",)
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-epsilon"],
            "keras": ["*norm*"],
            "torch": [
                "segformer.segformer.*layer_norm",
                "segformer.segformer.*layernorm_before",
                "segformer.segformer.*layernorm_after",
            ],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    def gelu(x):
        return 0.5 * x * (1.0 + ops.erf(x / 2.0**0.5))

    def norm(x, name):
        return layers.LayerNormalization(epsilon=1e-6, name=name)(x)

    def attention(x, heads, ratio, name):
        _, height, width, channels = x.shape
        queries = layers.Reshape((height * width, channels), name=f"{name}_tokens")(x)
        if ratio > 1:
            x = layers.Conv2D(channels, ratio, strides=ratio, name=f"{name}_reduce")(x)
            x = norm(x, f"{name}_reduce_norm")
        memory = layers.Reshape((x.shape[1] * x.shape[2], channels), name=f"{name}_memory")(x)
        y = layers.MultiHeadAttention(heads, channels // heads, name=f"{name}_mha")(queries, memory)
        return layers.Reshape((height, width, channels), name=f"{name}_map")(y)

    def mix_ffn(x, factor, name):
        channels = x.shape[-1]
        x = layers.Dense(channels * factor, name=f"{name}_fc1")(x)
        x = layers.DepthwiseConv2D(3, padding="same", name=f"{name}_dw")(x)
        x = layers.Activation(gelu, name=f"{name}_gelu")(x)
        return layers.Dense(channels, name=f"{name}_fc2")(x)

    image = x = keras.Input((32, 32, 3))
    stages = ((16, 7, 4, 1, 4, 1), (32, 3, 2, 2, 2, 2))
    for s, (width, patch, stride, heads, ratio, depth) in enumerate(stages, 1):
        x = layers.ZeroPadding2D(patch // 2, name=f"stage{s}_pad")(x)
        x = layers.Conv2D(width, patch, strides=stride, name=f"stage{s}_patches")(x)
        x = norm(x, f"stage{s}_patches_norm")
        for b in range(depth):
            name = f"stage{s}_block{b}"
            x = layers.Add(name=f"{name}_add1")([x, attention(norm(x, f"{name}_norm1"), heads, ratio, f"{name}_attn")])
            x = layers.Add(name=f"{name}_add2")([x, mix_ffn(norm(x, f"{name}_norm2"), 4, f"{name}_ffn")])
        x = norm(x, f"stage{s}_norm")
    x = layers.GlobalAveragePooling2D(name="gap")(x)
    return keras.Model(image, layers.Dense(6, name="classifier")(x), name="mit")


def torch_model():
    from torch import nn
    from transformers import SegformerConfig, SegformerForImageClassification

    class MixTransformer(nn.Module):
        def __init__(self):
            super().__init__()
            config = SegformerConfig(
                num_encoder_blocks=2,
                depths=[1, 2],
                sr_ratios=[4, 2],
                hidden_sizes=[16, 32],
                patch_sizes=[7, 3],
                strides=[4, 2],
                num_attention_heads=[1, 2],
                mlp_ratios=[4, 4],
                drop_path_rate=0.0,
                num_labels=6,
            )
            self.segformer = SegformerForImageClassification(config)

        def forward(self, pixel_values):
            return self.segformer(pixel_values=pixel_values).logits

    return MixTransformer()
