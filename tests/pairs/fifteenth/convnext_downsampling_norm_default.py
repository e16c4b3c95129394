"""ConvNeXt of transformers and a Keras version of mine with LayerScale as an own layer. The first stage agrees, from
the second on there is a small difference.
"""

INPUTS = ("32x32x3",)
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-epsilon"],
            "keras": ["downsample_1_norm"],
            "torch": [
                "net.convnext.encoder.stages.1.downsampling_layer.0",
                "net.convnext.encoder.stages.1.downsampling_layer",
            ],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    class LayerScale(layers.Layer):
        def build(self, shape):
            self.gamma = self.add_weight(shape=(shape[-1],), initializer=keras.initializers.Constant(1e-6))

        def call(self, x):
            return x * self.gamma

    image = keras.Input((32, 32, 3))
    x = layers.Conv2D(12, 4, strides=4, name="stem_conv")(image)
    x = layers.LayerNormalization(epsilon=1e-6, name="stem_norm")(x)
    for stage, (width, depth) in enumerate([(12, 1), (20, 2)]):
        if stage:
            x = layers.LayerNormalization(name=f"downsample_{stage}_norm")(x)
            x = layers.Conv2D(width, 2, strides=2, name=f"downsample_{stage}_conv")(x)
        for i in range(depth):
            name = f"stage_{stage}_block_{i}"
            y = layers.DepthwiseConv2D(7, padding="same", name=f"{name}_dw")(x)
            y = layers.LayerNormalization(epsilon=1e-6, name=f"{name}_norm")(y)
            y = layers.Dense(4 * width, activation="gelu", name=f"{name}_pw1")(y)
            y = LayerScale(name=f"{name}_scale")(layers.Dense(width, name=f"{name}_pw2")(y))
            x = layers.Add(name=f"{name}_add")([x, y])
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    x = layers.LayerNormalization(epsilon=1e-12, name="head_norm")(x)
    return keras.Model(image, layers.Dense(5, name="head")(x))


def torch_model():
    from torch import nn
    from transformers import ConvNextConfig, ConvNextForImageClassification

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            config = ConvNextConfig(num_stages=2, hidden_sizes=[12, 20], depths=[1, 2], num_labels=5)
            self.net = ConvNextForImageClassification(config)

        def forward(self, pixel_values):
            return self.net(pixel_values=pixel_values).logits

    return Classifier()
