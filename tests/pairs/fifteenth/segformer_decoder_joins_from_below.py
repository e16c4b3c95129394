"""SegFormer with an all-MLP decoder: transformers' PyTorch class against my functional Keras code. Encoder features
agree stage by stage, the masks do not.
"""

INPUTS = ("32x32x3",)
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["concat-order"],
            "keras": ["head_concat", "head_fuse"],
            "torch": ["net.decode_head", "net.decode_head.linear_fuse", "cat*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    def norm(name):
        return layers.LayerNormalization(epsilon=1e-5, name=name)

    def block(x, width, heads, ratio, side, name):
        h = norm(f"{name}_norm1")(x)
        kv = h
        if ratio > 1:
            kv = layers.Reshape((side, side, width))(kv)
            kv = layers.Conv2D(width, ratio, strides=ratio, name=f"{name}_sr")(kv)
            kv = norm(f"{name}_sr_norm")(layers.Reshape((-1, width))(kv))
        x = layers.Add()([x, layers.MultiHeadAttention(heads, width // heads, name=f"{name}_attn")(h, kv)])
        h = layers.Dense(width * 2, name=f"{name}_fc1")(norm(f"{name}_norm2")(x))
        h = layers.Reshape((side, side, width * 2))(h)
        h = layers.DepthwiseConv2D(3, padding="same", name=f"{name}_dwconv")(h)
        h = layers.Activation("gelu")(layers.Reshape((-1, width * 2))(h))
        return layers.Add()([x, layers.Dense(width, name=f"{name}_fc2")(h)])

    image = x = keras.Input((32, 32, 3))
    side, features = 32, []
    for i, (width, heads, kernel, stride, ratio) in enumerate([(8, 1, 7, 4, 2), (16, 2, 3, 2, 1)]):
        side //= stride
        x = layers.ZeroPadding2D(kernel // 2)(x)
        x = layers.Conv2D(width, kernel, strides=stride, name=f"stage{i}_embed")(x)
        x = norm(f"stage{i}_embed_norm")(layers.Reshape((side * side, width))(x))
        x = block(x, width, heads, ratio, side, f"stage{i}_block")
        x = layers.Reshape((side, side, width))(norm(f"stage{i}_norm")(x))
        features.append(x)

    maps = []
    for i, feature in enumerate(features):
        y = layers.Dense(12, name=f"head_linear_c{i + 1}")(feature)
        if i:
            y = layers.UpSampling2D(2**i, interpolation="bilinear", name=f"head_up_c{i + 1}")(y)
        maps.append(y)
    x = layers.Concatenate(name="head_concat")(maps)
    x = layers.Conv2D(12, 1, use_bias=False, name="head_fuse")(x)
    x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="head_bn")(x)
    x = layers.Dropout(0.1)(layers.ReLU()(x))
    return keras.Model(image, layers.Conv2D(4, 1, name="head_seg")(x))


def torch_model():
    from torch import nn
    from transformers import SegformerConfig, SegformerForSemanticSegmentation

    class Masks(nn.Module):
        def __init__(self):
            super().__init__()
            config = SegformerConfig(
                num_encoder_blocks=2,
                depths=[1, 1],
                sr_ratios=[2, 1],
                hidden_sizes=[8, 16],
                patch_sizes=[7, 3],
                strides=[4, 2],
                num_attention_heads=[1, 2],
                mlp_ratios=[2, 2],
                decoder_hidden_size=12,
                num_labels=4,
                drop_path_rate=0.0,
            )
            self.net = SegformerForSemanticSegmentation(config)

        def forward(self, pixel_values):
            return self.net(pixel_values).logits

    return Masks()
