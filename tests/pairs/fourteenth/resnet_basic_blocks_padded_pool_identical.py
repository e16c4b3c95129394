"""A small ResNet with basic blocks: in PyTorch the classifier of transformers, in Keras a functional model with
explicit zero padding in front of the stem and of its pool.
"""

INPUTS = ("48x48x3",)
LIBRARIES = ("transformers",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    def conv_bn(x, width, kernel, stride, name, relu=True):
        if kernel > 1:
            x = layers.ZeroPadding2D(kernel // 2, name=f"{name}_pad")(x)
        x = layers.Conv2D(width, kernel, strides=stride, use_bias=False, name=f"{name}_conv")(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn")(x)
        return layers.Activation("relu", name=f"{name}_relu")(x) if relu else x

    def basic(x, width, stride, name):
        way = conv_bn(x, width, 3, stride, f"{name}_1")
        way = conv_bn(way, width, 3, 1, f"{name}_2", relu=False)
        if stride > 1 or x.shape[-1] != width:
            x = conv_bn(x, width, 1, stride, f"{name}_0", relu=False)
        return layers.Activation("relu", name=f"{name}_out")(layers.Add(name=f"{name}_add")([x, way]))

    picture = keras.Input((48, 48, 3))
    x = conv_bn(picture, 8, 7, 2, "stem")
    x = layers.ZeroPadding2D(1, name="pool_pad")(x)
    x = layers.MaxPooling2D(3, 2, name="pool")(x)
    x = basic(x, 8, 1, "stage1_block1")
    x = basic(x, 16, 2, "stage2_block1")
    x = basic(x, 16, 1, "stage2_block2")
    x = layers.GlobalAveragePooling2D(name="gap")(x)
    return keras.Model(picture, layers.Dense(4, name="logits")(x))


def torch_model():
    from torch import nn
    from transformers import ResNetConfig, ResNetForImageClassification

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            config = ResNetConfig(
                num_channels=3,
                embedding_size=8,
                hidden_sizes=[8, 16],
                depths=[1, 2],
                layer_type="basic",
                num_labels=4,
            )
            self.backbone = ResNetForImageClassification(config)

        def forward(self, pixel_values):
            return self.backbone(pixel_values).logits

    return Classifier()
