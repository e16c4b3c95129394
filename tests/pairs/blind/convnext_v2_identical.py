"""ConvNeXt V2 from transformers against a Keras port with its own global response normalisation layer."""

INPUTS = ("32x32x3",)
LIBRARIES = ("transformers",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class GRN(layers.Layer):
        def __init__(self, epsilon=1e-6, **kwargs):
            super().__init__(**kwargs)
            self.epsilon = epsilon

        def build(self, shape):
            self.gamma = self.add_weight(shape=(shape[-1],), initializer="zeros", name="gamma")
            self.beta = self.add_weight(shape=(shape[-1],), initializer="zeros", name="beta")

        def call(self, x):
            g = ops.sqrt(ops.sum(ops.square(x), axis=(1, 2), keepdims=True))
            n = g / (ops.mean(g, axis=-1, keepdims=True) + self.epsilon)
            return self.gamma * (x * n) + self.beta + x

    def layer_norm(name, eps=1e-6):
        return layers.LayerNormalization(epsilon=eps, name=name)

    def block(x, name):
        dim = x.shape[-1]
        y = layers.DepthwiseConv2D(7, padding="same", name=f"{name}_dwconv")(x)
        y = layer_norm(f"{name}_norm")(y)
        y = layers.Dense(4 * dim, name=f"{name}_pwconv1")(y)
        y = layers.Activation("gelu", name=f"{name}_act")(y)
        y = GRN(name=f"{name}_grn")(y)
        y = layers.Dense(dim, name=f"{name}_pwconv2")(y)
        return layers.Add(name=f"{name}_add")([x, y])

    inputs = keras.Input((32, 32, 3))
    x = layers.Conv2D(8, 4, strides=4, name="stem_conv")(inputs)
    x = layer_norm("stem_norm")(x)
    for stage, (dim, depth) in enumerate(((8, 1), (12, 2), (16, 1))):
        if stage > 0:
            x = layer_norm(f"down{stage}_norm")(x)
            x = layers.Conv2D(dim, 2, strides=2, name=f"down{stage}_conv")(x)
        for i in range(depth):
            x = block(x, f"stage{stage}_block{i}")
    x = layers.GlobalAveragePooling2D(name="gap")(x)
    x = layer_norm("head_norm", 1e-12)(x)
    return keras.Model(inputs, layers.Dense(6, name="head")(x))


def torch_model():
    from torch import nn
    from transformers import ConvNextV2Config, ConvNextV2ForImageClassification

    config = ConvNextV2Config(
        num_channels=3, patch_size=4, num_stages=3, hidden_sizes=[8, 12, 16], depths=[1, 2, 1], num_labels=6
    )

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            self.net = ConvNextV2ForImageClassification(config)

        def forward(self, pixel_values):
            return self.net(pixel_values=pixel_values).logits

    return Classifier()
