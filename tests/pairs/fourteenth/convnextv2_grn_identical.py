"""ConvNeXt V2 with its global response normalisation, from a small config, rebuilt in Keras channels last."""

INPUTS = ("48x48x3",)
LIBRARIES = ("transformers",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class GRN(layers.Layer):
        def build(self, shape):
            self.gamma = self.add_weight(shape=(shape[-1],), initializer="zeros", name="gamma")
            self.beta = self.add_weight(shape=(shape[-1],), initializer="zeros", name="beta")

        def call(self, x):
            gx = ops.sqrt(ops.sum(ops.square(x), axis=(1, 2), keepdims=True))
            nx = gx / (ops.mean(gx, axis=-1, keepdims=True) + 1e-6)
            return self.gamma * (x * nx) + self.beta + x

    def ln(name, epsilon=1e-6):
        return layers.LayerNormalization(epsilon=epsilon, name=name)

    x = image = keras.Input((48, 48, 3))
    for stage, (width, depth) in enumerate(((12, 1), (20, 2), (28, 1))):
        if stage:
            x = ln(f"down{stage}_norm")(x)
            x = layers.Conv2D(width, 2, strides=2, name=f"down{stage}")(x)
        else:
            x = ln("stem_norm")(layers.Conv2D(width, 4, strides=4, name="stem")(x))
        for i in range(depth):
            name = f"stage{stage}_{i}"
            y = layers.DepthwiseConv2D(7, padding="same", name=f"{name}_dw")(x)
            y = ln(f"{name}_norm")(y)
            y = layers.Dense(4 * width, activation="silu", name=f"{name}_up")(y)
            y = GRN(name=f"{name}_grn")(y)
            y = layers.Dense(width, name=f"{name}_down")(y)
            x = layers.add([x, y])
    x = layers.GlobalAveragePooling2D()(x)
    x = ln("head_norm", 1e-12)(x)
    return keras.Model(image, layers.Dense(9, name="head")(x))


def torch_model():
    from torch import nn
    from transformers import ConvNextV2Config, ConvNextV2ForImageClassification

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            config = ConvNextV2Config(
                patch_size=4,
                num_stages=3,
                hidden_sizes=[12, 20, 28],
                depths=[1, 2, 1],
                hidden_act="silu",
                drop_path_rate=0.0,
                num_labels=9,
            )
            self.net = ConvNextV2ForImageClassification(config)

        def forward(self, pixel_values):
            return self.net(pixel_values).logits

    return Classifier()
