"""A ConvNeXt with layer scale, rewritten in Keras with epsilon 1e-6 for every layer norm, as the paper's code has it;
the PyTorch library's configuration has another epsilon, which only the norm after the pool takes.
"""

INPUTS = ("32x32x3",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["norm-epsilon"], "keras": ["head_norm"], "torch": ["model.convnext.layernorm"]}],
}
LIBRARIES = ("transformers",)


def keras_model():
    import keras
    from keras import layers

    class LayerScale(layers.Layer):
        def build(self, input_shape):
            self.gamma = self.add_weight(shape=(input_shape[-1],), initializer="ones", name="gamma")

        def call(self, x):
            return x * self.gamma

    def block(x, name):
        width = x.shape[-1]
        y = layers.DepthwiseConv2D(7, padding="same", name=f"{name}_dw")(x)
        y = layers.LayerNormalization(epsilon=1e-6, name=f"{name}_norm")(y)
        y = layers.Dense(4 * width, activation="gelu", name=f"{name}_pw1")(y)
        y = layers.Dense(width, name=f"{name}_pw2")(y)
        y = LayerScale(name=f"{name}_scale")(y)
        return layers.Add(name=f"{name}_add")([x, y])

    image = keras.Input((32, 32, 3))
    x = layers.Conv2D(12, 4, strides=4, name="stem")(image)
    x = layers.LayerNormalization(epsilon=1e-6, name="stem_norm")(x)
    x = block(x, "s0b0")
    for stage, (width, depth) in enumerate(((16, 1), (24, 2)), start=1):
        x = layers.LayerNormalization(epsilon=1e-6, name=f"down{stage}_norm")(x)
        x = layers.Conv2D(width, 2, strides=2, name=f"down{stage}_conv")(x)
        for i in range(depth):
            x = block(x, f"s{stage}b{i}")
    x = layers.GlobalAveragePooling2D(name="head_pool")(x)
    x = layers.LayerNormalization(epsilon=1e-6, name="head_norm")(x)
    return keras.Model(image, layers.Dense(4, name="head")(x))


def torch_model():
    from torch import nn
    from transformers import ConvNextConfig, ConvNextForImageClassification

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            config = ConvNextConfig(
                num_stages=3, hidden_sizes=[12, 16, 24], depths=[1, 1, 2], num_labels=4, image_size=32
            )
            self.model = ConvNextForImageClassification(config)

        def forward(self, x):
            return self.model(x).logits

    return Classifier()
