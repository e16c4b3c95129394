"""Encoder of the Descript Audio Codec: transformers' DacEncoder and Keras with a functional generator loop. Snake has
one alpha per channel; the strided convolutions pad ceil(stride / 2) on both sides, which is not "same".
"""

INPUTS = ("96x1",)
LIBRARIES = ("transformers",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    @keras.saving.register_keras_serializable(package="dac")
    class Snake(layers.Layer):
        def build(self, shape):
            self.alpha = self.add_weight(shape=(shape[-1],), initializer="ones", name="alpha")

        def call(self, x):
            return x + ops.square(ops.sin(x * self.alpha)) / (self.alpha + 1e-9)

    def unit(x, dilation, name):
        y = Snake(name=f"{name}_snake1")(x)
        y = layers.Conv1D(x.shape[-1], 7, dilation_rate=dilation, padding="same", name=f"{name}_conv1")(y)
        y = layers.Conv1D(x.shape[-1], 1, name=f"{name}_conv2")(Snake(name=f"{name}_snake2")(y))
        return layers.Add(name=f"{name}_add")([x, y])

    wave = keras.Input((96, 1), name="wave")
    x = layers.Conv1D(8, 7, padding="same", name="conv1")(wave)
    for i, stride in enumerate((2, 3)):
        for j, dilation in enumerate((1, 3, 9)):
            x = unit(x, dilation, f"block{i}_unit{j}")
        width = 2 * x.shape[-1]
        x = layers.ZeroPadding1D((stride + 1) // 2, name=f"block{i}_pad")(Snake(name=f"block{i}_snake")(x))
        x = layers.Conv1D(width, 2 * stride, stride, name=f"block{i}_down")(x)
    x = layers.Conv1D(12, 3, padding="same", name="conv2")(Snake(name="snake")(x))
    return keras.Model(wave, x, name="dac_encoder")


def torch_model():
    from transformers import DacConfig, DacModel

    config = DacConfig(
        encoder_hidden_size=8,
        downsampling_ratios=[2, 3],
        decoder_hidden_size=16,
        n_codebooks=2,
        codebook_size=16,
        codebook_dim=4,
        hidden_size=12,
    )
    config.hidden_size = 12
    return DacModel(config).encoder
