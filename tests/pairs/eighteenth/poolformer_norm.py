"""PoolFormer with two stages from a config, ported to Keras: average pooling minus its input as token mixer, layer
scale, and a norm over the channels in front of both halves of a block.
"""

INPUTS = ("48x48x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-other", "norm-layer-axes"],
            "keras": ["stage0_block0_before_norm"],
            "torch": ["backbone.encoder.block.0.0.before_norm"],
        }
    ],
}
LIBRARIES = ("transformers",)


def keras_model():
    import keras
    from keras import layers

    class LayerScale(layers.Layer):
        def __init__(self, start, **kwargs):
            super().__init__(**kwargs)
            self.start = start

        def build(self, shape):
            self.gamma = self.add_weight(
                name="gamma", shape=(shape[-1],), initializer=keras.initializers.Constant(self.start)
            )

        def call(self, x):
            return x * self.gamma

    def block(x, width, name):
        y = layers.LayerNormalization(epsilon=1e-5, name=f"{name}_before_norm")(x)
        mixed = layers.AveragePooling2D(3, strides=1, padding="same", name=f"{name}_pool")(y)
        mixed = layers.Subtract(name=f"{name}_mixer")([mixed, y])
        x = layers.Add(name=f"{name}_add_1")([x, LayerScale(1e-5, name=f"{name}_scale_1")(mixed)])
        y = layers.LayerNormalization(epsilon=1e-5, name=f"{name}_after_norm")(x)
        y = layers.Conv2D(2 * width, 1, activation="gelu", name=f"{name}_fc1")(y)
        y = layers.Conv2D(width, 1, name=f"{name}_fc2")(y)
        return layers.Add(name=f"{name}_add_2")([x, LayerScale(1e-5, name=f"{name}_scale_2")(y)])

    x = image = keras.Input((48, 48, 3))
    for stage, (width, depth, kernel, stride, padding) in enumerate([(12, 2, 7, 4, 2), (20, 1, 3, 2, 1)]):
        x = layers.ZeroPadding2D(padding, name=f"patch{stage}_pad")(x)
        x = layers.Conv2D(width, kernel, strides=stride, name=f"patch{stage}")(x)
        for i in range(depth):
            x = block(x, width, f"stage{stage}_block{i}")
    x = layers.GlobalAveragePooling2D(name="mean")(x)
    return keras.Model(image, layers.Dense(4, name="classes")(x))


def torch_model():
    from torch import nn
    from transformers import PoolFormerConfig, PoolFormerModel

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            config = PoolFormerConfig(
                num_encoder_blocks=2,
                depths=[2, 1],
                hidden_sizes=[12, 20],
                patch_sizes=[7, 3],
                strides=[4, 2],
                padding=[2, 1],
                mlp_ratio=2.0,
            )
            self.backbone = PoolFormerModel(config)
            self.fc = nn.Linear(20, 4)

        def forward(self, x):
            return self.fc(self.backbone(x).last_hidden_state.mean((-2, -1)))

    return Classifier()
