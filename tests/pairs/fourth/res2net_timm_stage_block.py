"""Res2Net with four scales from timm in Keras. My port adds the previous scale to the next one in every block; the
first block of a stage must not (it is "stage" type: scales are independent there and the last one is pooled).
"""

INPUTS = ("40x40x3",)
LIBRARIES = ("timm",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["branch-missing", "wiring-other"],
            "keras": ["s?b0_scale?", "s?b0_scale?_*", "s?b0_sum?"],
            "torch": ["layer?.0.convs.*", "layer?.0.bns.*", "layer?.0"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    def bn(x, name):
        return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=name + "_bn")(x)

    def conv(x, n, k, s, name, relu=True):
        if k > 1:
            x = layers.ZeroPadding2D(k // 2, name=name + "_pad")(x)
        x = bn(layers.Conv2D(n, k, s, use_bias=False, name=name)(x), name)
        return layers.ReLU(name=name + "_relu")(x) if relu else x

    def block(x, planes, stride, first, name, scales=4):
        width = planes * 26 // 64
        y = conv(x, width * scales, 1, 1, f"{name}_in")
        *parts, last = ops.split(y, scales, axis=-1)
        done = []
        for i, part in enumerate(parts):
            if done and part.shape == done[-1].shape:
                part = layers.Add(name=f"{name}_sum{i}")([done[-1], part])
            done.append(conv(part, width, 3, stride, f"{name}_scale{i}"))
        if first:
            last = layers.AveragePooling2D(3, stride, name=f"{name}_pool")(layers.ZeroPadding2D(1)(last))
            x = conv(x, 4 * planes, 1, stride, f"{name}_down", relu=False)
        y = conv(layers.Concatenate(name=f"{name}_cat")([*done, last]), 4 * planes, 1, 1, f"{name}_out", relu=False)
        return layers.ReLU(name=f"{name}_relu")(layers.Add(name=f"{name}_add")([y, x]))

    images = keras.Input((40, 40, 3))
    x = conv(images, 64, 7, 2, "stem")
    x = layers.ZeroPadding2D(1)(x)  # behind a ReLU zeros are as good as -inf
    x = layers.MaxPooling2D(3, 2, name="stem_pool")(x)
    for s, (planes, depth, stride) in enumerate([(20, 2, 1), (24, 1, 2), (24, 1, 2), (24, 1, 2)]):
        for b in range(depth):
            x = block(x, planes, stride if b == 0 else 1, b == 0, f"s{s}b{b}")
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    return keras.Model(images, layers.Dense(6, name="fc")(x))


def torch_model():
    from timm.models.res2net import Bottle2neck
    from timm.models.resnet import ResNet

    return ResNet(
        Bottle2neck,
        layers=[2, 1, 1, 1],
        channels=[20, 24, 24, 24],
        num_classes=6,
        block_args=dict(scale=4),
        base_width=26,
    )
