"""RegNetY with groups of eight from the library's configuration; in Keras a loop over stages, and the squeeze is as
wide as a quarter of what enters the block, not of what leaves it.
"""

INPUTS = ("32x32x3",)
TRUTH = {"identical": True}
LIBRARIES = ("transformers",)


def keras_model():
    import keras
    from keras import layers

    def conv_bn(x, filters, kernel=1, strides=1, groups=1, relu=True, name=None):
        if kernel > 1:
            x = layers.ZeroPadding2D(kernel // 2, name=f"{name}_pad")(x)
        x = layers.Conv2D(filters, kernel, strides, groups=groups, use_bias=False, name=f"{name}_conv")(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn")(x)
        return layers.ReLU(name=f"{name}_relu")(x) if relu else x

    def y_block(x, width, strides, name):
        entered = x.shape[-1]
        shortcut = x
        if entered != width or strides != 1:
            shortcut = conv_bn(x, width, strides=strides, relu=False, name=f"{name}_proj")
        y = conv_bn(x, width, name=f"{name}_a")
        y = conv_bn(y, width, 3, strides, groups=width // 8, name=f"{name}_b")
        se = layers.GlobalAveragePooling2D(keepdims=True, name=f"{name}_se_pool")(y)
        se = layers.Dense(round(entered / 4), activation="relu", name=f"{name}_se_reduce")(se)
        se = layers.Dense(width, activation="sigmoid", name=f"{name}_se_expand")(se)
        y = layers.Multiply(name=f"{name}_se_scale")([y, se])
        y = conv_bn(y, width, relu=False, name=f"{name}_c")
        return layers.ReLU(name=f"{name}_out")(layers.Add(name=f"{name}_add")([y, shortcut]))

    image = keras.Input((32, 32, 3))
    x = conv_bn(image, 16, 3, 2, name="stem")
    for stage, (width, depth) in enumerate(((16, 1), (32, 2), (64, 1))):
        for i in range(depth):
            x = y_block(x, width, 2 if i == 0 else 1, f"s{stage}b{i}")
    x = layers.GlobalAveragePooling2D(name="pooler")(x)
    return keras.Model(image, layers.Dense(7, name="classifier")(x))


def torch_model():
    from torch import nn
    from transformers import RegNetConfig, RegNetForImageClassification

    class Wrapped(nn.Module):
        def __init__(self):
            super().__init__()
            self.net = RegNetForImageClassification(
                RegNetConfig(
                    embedding_size=16,
                    hidden_sizes=[16, 32, 64],
                    depths=[1, 2, 1],
                    groups_width=8,
                    layer_type="y",
                    num_labels=7,
                )
            )

        def forward(self, x):
            return self.net(pixel_values=x).logits

    return Wrapped()
