"""ConvNeXt in Keras for the weights of a PyTorch classifier: dense layers on the channels, an own layer for the scale
of every branch, and two different small constants in the norms, just as over there.
"""

LIBRARIES = ("transformers",)
INPUTS = ("32x32x3",)
TRUTH = {"identical": True}


def keras_model():
    import math

    import keras
    from keras import layers, ops

    class LayerScale(layers.Layer):
        def build(self, shape):
            self.gamma = self.add_weight(
                shape=(shape[-1],), initializer=keras.initializers.Constant(1e-6), name="gamma"
            )

        def call(self, x):
            return x * self.gamma

    def gelu(x):
        return 0.5 * x * (1.0 + ops.erf(x / math.sqrt(2.0)))

    def norm(name, epsilon=1e-6):
        return layers.LayerNormalization(epsilon=epsilon, name=name)

    image = keras.Input((32, 32, 3), name="image")
    x = norm("stem_norm")(layers.Conv2D(12, 4, strides=4, name="stem")(image))
    for stage, (width, depth) in enumerate([(12, 2), (20, 1)]):
        if stage:
            x = layers.Conv2D(width, 2, strides=2, name=f"down_{stage}")(norm(f"down_{stage}_norm")(x))
        for i in range(depth):
            name = f"stage_{stage}_{i}"
            y = layers.DepthwiseConv2D(7, padding="same", name=f"{name}_depthwise")(x)
            y = layers.Dense(4 * width, name=f"{name}_expand")(norm(f"{name}_norm")(y))
            y = layers.Dense(width, name=f"{name}_reduce")(layers.Activation(gelu, name=f"{name}_gelu")(y))
            x = layers.Add(name=f"{name}_add")([x, LayerScale(name=f"{name}_scale")(y)])
    x = norm("head_norm", 1e-12)(layers.GlobalAveragePooling2D(name="pool")(x))
    return keras.Model(image, layers.Dense(5, name="classifier")(x))


def torch_model():
    from torch import nn
    from transformers import ConvNextConfig, ConvNextForImageClassification

    class Logits(nn.Module):
        def __init__(self, config):
            super().__init__()
            self.net = ConvNextForImageClassification(config)

        def forward(self, pixel_values):
            return self.net(pixel_values=pixel_values).logits

    return Logits(ConvNextConfig(num_stages=2, hidden_sizes=[12, 20], depths=[2, 1], num_labels=5))
