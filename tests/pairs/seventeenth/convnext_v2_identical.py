"""ConvNeXt V2 from transformers against Keras layers written after the paper, with its global response normalisation;
the classifier reads the normalised mean of the last map.
"""

INPUTS = ("32x32x3",)
LIBRARIES = ("transformers",)
TRUTH = {"identical": True}


def keras_model():
    import math

    import keras
    from keras import layers, ops

    def gelu(x):
        return x * (1 + ops.erf(x * math.sqrt(0.5))) / 2

    class GRN(layers.Layer):
        def build(self, shape):
            self.gamma = self.add_weight(name="gamma", shape=(shape[-1],), initializer="zeros")
            self.beta = self.add_weight(name="beta", shape=(shape[-1],), initializer="zeros")

        def call(self, x):
            size = ops.sqrt(ops.sum(ops.square(x), axis=(1, 2), keepdims=True))
            response = size / (ops.mean(size, axis=-1, keepdims=True) + 1e-6)
            return x + self.gamma * (x * response) + self.beta

    def norm(name, epsilon=1e-6):
        return layers.LayerNormalization(epsilon=epsilon, name=name)

    def block(x, width, name):
        y = layers.DepthwiseConv2D(7, padding="same", name=f"{name}_depthwise")(x)
        y = norm(f"{name}_norm")(y)
        y = layers.Conv2D(4 * width, 1, activation=gelu, name=f"{name}_up")(y)
        y = GRN(name=f"{name}_grn")(y)
        y = layers.Conv2D(width, 1, name=f"{name}_down")(y)
        return layers.Add(name=f"{name}_add")([x, y])

    image = keras.Input((32, 32, 3))
    x = norm("stem_norm")(layers.Conv2D(8, 4, strides=4, name="stem")(image))
    for stage, (width, depth) in enumerate(((8, 1), (12, 2), (20, 1))):
        if stage:
            x = norm(f"reduce_{stage}_norm")(x)
            x = layers.Conv2D(width, 2, strides=2, name=f"reduce_{stage}")(x)
        for i in range(depth):
            x = block(x, width, f"stage_{stage}_{i}")
    x = layers.GlobalAveragePooling2D(name="pooled")(x)
    x = norm("head_norm", epsilon=1e-12)(x)
    return keras.Model(image, layers.Dense(4, name="head")(x))


def torch_model():
    from torch import nn
    from transformers import ConvNextV2Config, ConvNextV2Model

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            config = ConvNextV2Config(
                num_stages=3, hidden_sizes=[8, 12, 20], depths=[1, 2, 1], image_size=32, drop_path_rate=0.0
            )
            self.encoder = ConvNextV2Model(config)
            self.fc = nn.Linear(20, 4)

        def forward(self, pixels):
            return self.fc(self.encoder(pixels).pooler_output)

    return Classifier()
