"""PoolFormer from transformers against a Keras port: group norm over all, pooling minus identity, layer scale."""

INPUTS = ("32x32x3",)
LIBRARIES = ("transformers",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    class LayerScale(layers.Layer):
        def __init__(self, init, **kwargs):
            super().__init__(**kwargs)
            self.init = init

        def build(self, shape):
            self.scale = self.add_weight(
                shape=(shape[-1],), initializer=keras.initializers.Constant(self.init), name="lambda"
            )

        def call(self, x):
            return x * self.scale

    def patch_embedding(x, dim, size, stride, pad, name):
        x = layers.ZeroPadding2D(pad, name=f"{name}_pad")(x)
        return layers.Conv2D(dim, size, strides=stride, name=f"{name}_proj")(x)

    def metaformer_block(x, name):
        dim = x.shape[-1]
        y = layers.GroupNormalization(groups=1, epsilon=1e-5, name=f"{name}_norm1")(x)
        pooled = layers.AveragePooling2D(3, strides=1, padding="same", name=f"{name}_pool")(y)
        y = layers.Subtract(name=f"{name}_mixer")([pooled, y])
        x = layers.Add()([x, LayerScale(0.1, name=f"{name}_scale1")(y)])
        y = layers.GroupNormalization(groups=1, epsilon=1e-5, name=f"{name}_norm2")(x)
        y = layers.Conv2D(2 * dim, 1, activation="gelu", name=f"{name}_fc1")(y)
        y = layers.Conv2D(dim, 1, name=f"{name}_fc2")(y)
        return layers.Add()([x, LayerScale(0.1, name=f"{name}_scale2")(y)])

    inputs = keras.Input((32, 32, 3))
    x = patch_embedding(inputs, 8, 7, 4, 2, "embed0")
    x = metaformer_block(x, "stage0_0")
    x = metaformer_block(x, "stage0_1")
    x = patch_embedding(x, 12, 3, 2, 1, "embed1")
    x = metaformer_block(x, "stage1_0")
    return keras.Model(inputs, x)


def torch_model():
    from torch import nn
    from transformers import PoolFormerConfig, PoolFormerModel

    class Backbone(nn.Module):
        def __init__(self):
            super().__init__()
            self.poolformer = PoolFormerModel(
                PoolFormerConfig(
                    num_channels=3,
                    num_encoder_blocks=2,
                    depths=[2, 1],
                    hidden_sizes=[8, 12],
                    patch_sizes=[7, 3],
                    strides=[4, 2],
                    padding=[2, 1],
                    pool_size=3,
                    mlp_ratio=2.0,
                    layer_scale_init_value=0.1,
                )
            )

        def forward(self, x):
            return self.poolformer(x).last_hidden_state

    return Backbone()
