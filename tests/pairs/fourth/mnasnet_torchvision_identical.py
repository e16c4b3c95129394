"""MNASNet of torchvision (whose momentum is 1 - 0.9997) and a Keras port that is a table and one loop."""

INPUTS = ("64x64x3",)
LIBRARIES = ("torchvision",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    table = [  # kernel, stride, expansion, filters, repeats
        (3, 2, 3, 8, 3),
        (5, 2, 3, 8, 3),
        (5, 2, 6, 16, 3),
        (3, 1, 6, 24, 2),
        (5, 2, 6, 40, 4),
        (3, 1, 6, 64, 1),
    ]

    def norm(x):
        return layers.BatchNormalization(momentum=0.9997, epsilon=1e-5)(x)

    def depthwise(x, kernel, stride):
        edge = kernel // 2
        return layers.DepthwiseConv2D(kernel, stride, use_bias=False)(layers.ZeroPadding2D((edge, edge))(x))

    def point(x, n):
        return norm(layers.Conv2D(n, 1, use_bias=False)(x))

    images = keras.Input((64, 64, 3))
    x = layers.Conv2D(8, 3, 2, use_bias=False)(layers.ZeroPadding2D(1)(images))
    x = layers.ReLU()(norm(x))
    x = point(layers.ReLU()(norm(depthwise(x, 3, 1))), 8)
    for kernel, stride, expansion, filters, repeats in table:
        for i in range(repeats):
            y = layers.ReLU()(point(x, expansion * x.shape[-1]))
            y = layers.ReLU()(norm(depthwise(y, kernel, 1 if i else stride)))
            y = point(y, filters)
            x = layers.Add()([x, y]) if i else y
    x = layers.Activation("relu")(point(x, 1280))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(images, layers.Dense(5)(layers.Dropout(0.2)(x)))


def torch_model():
    from torchvision.models import MNASNet

    return MNASNet(0.2, num_classes=5)
