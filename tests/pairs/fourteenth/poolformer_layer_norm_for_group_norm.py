"""PoolFormer, an average pool in place of attention. Its norm is called GroupNorm with one group, which I took for a
layer norm over the channels when I rewrote it in Keras.
"""

INPUTS = ("32x32x3",)
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-layer-axes", "norm-axis", "norm-other"],
            "keras": ["*norm*"],
            "torch": ["*before_norm", "*after_norm", "*.norm"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    class LayerScale(layers.Layer):
        def build(self, shape):
            self.gamma = self.add_weight(
                shape=(shape[-1],), initializer=keras.initializers.Constant(1e-5), name="gamma"
            )

        def call(self, x):
            return x * self.gamma

    def norm(name):
        return layers.LayerNormalization(epsilon=1e-5, name=name)

    x = image = keras.Input((32, 32, 3))
    stages = ((12, 1, 7, 4, 2), (16, 2, 3, 2, 1), (24, 1, 3, 2, 1))
    for s, (width, depth, patch, stride, pad) in enumerate(stages):
        x = layers.ZeroPadding2D(pad)(x)
        x = layers.Conv2D(width, patch, strides=stride, name=f"patch_{s}")(x)
        for i in range(depth):
            name = f"block_{s}_{i}"
            y = norm(f"{name}_norm1")(x)
            y = layers.Subtract(name=f"{name}_mix")([layers.AveragePooling2D(3, 1, padding="same")(y), y])
            x = layers.Add()([x, LayerScale(name=f"{name}_scale1")(y)])
            y = norm(f"{name}_norm2")(x)
            y = layers.Conv2D(2 * width, 1, activation="relu", name=f"{name}_fc1")(y)
            y = layers.Conv2D(width, 1, name=f"{name}_fc2")(y)
            x = layers.Add()([x, LayerScale(name=f"{name}_scale2")(y)])
    x = layers.GlobalAveragePooling2D()(norm("last_norm")(x))
    return keras.Model(image, layers.Dense(5, name="classes")(x))


def torch_model():
    from torch import nn
    from transformers import PoolFormerConfig, PoolFormerForImageClassification

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            config = PoolFormerConfig(
                num_encoder_blocks=3,
                depths=[1, 2, 1],
                hidden_sizes=[12, 16, 24],
                patch_sizes=[7, 3, 3],
                strides=[4, 2, 2],
                padding=[2, 1, 1],
                mlp_ratio=2.0,
                hidden_act="relu",
                drop_path_rate=0.0,
                num_labels=5,
            )
            self.model = PoolFormerForImageClassification(config)

        def forward(self, pixel_values):
            return self.model(pixel_values).logits

    return Classifier()
