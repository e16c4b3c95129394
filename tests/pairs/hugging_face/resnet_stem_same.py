"""I rebuilt the stem of ResNet with padding="same" twice, as in many Keras ports."""

INPUTS = ("32x32x3",)
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["same-padding-stride"], "keras": ["conv1"], "torch": ["embedder.convolution"]},
        {"rules": ["pool-padding"], "keras": ["pool1"], "torch": ["pooler"]},
    ],
}


def keras_model():
    import keras
    from keras import layers

    image = keras.Input((32, 32, 3))
    x = layers.Conv2D(16, 7, strides=2, padding="same", use_bias=False, name="conv1")(image)
    x = layers.BatchNormalization(epsilon=1e-5, momentum=0.9, name="bn1")(x)
    x = layers.ReLU(name="relu1")(x)
    return keras.Model(image, layers.MaxPooling2D(3, 2, padding="same", name="pool1")(x))


def torch_model():
    from transformers import ResNetConfig
    from transformers.models.resnet.modeling_resnet import ResNetEmbeddings

    return ResNetEmbeddings(ResNetConfig(embedding_size=16))
