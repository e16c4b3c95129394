"""Arbitrary style transfer (AdaIN): a shared encoder for content and style, statistics exchanged, a decoder with
mirrored borders; the style image is larger. calc_mean_std of the well-known PyTorch repository here, ops.moments there.
"""

INPUTS = ("16x16x3", "24x24x3")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["variance-correction"],
            "keras": ["adain", "dec_1"],
            "torch": ["var*", "add*", "sqrt*", "std*", "view*", "sub*", "div*", "truediv*", "mul*", "decoder.1", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class Mirrored(layers.Layer):
        def call(self, x):
            return ops.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="reflect")

    class AdaIN(layers.Layer):
        def call(self, content, style):
            mean_c, var_c = ops.moments(content, axes=[1, 2], keepdims=True)
            mean_s, var_s = ops.moments(style, axes=[1, 2], keepdims=True)
            return (content - mean_c) / ops.sqrt(var_c + 1e-5) * ops.sqrt(var_s + 1e-5) + mean_s

    encoder = keras.Sequential(name="encoder")
    encoder.add(layers.Input((None, None, 3)))
    for i, filters in enumerate((8, 12)):
        encoder.add(Mirrored(name=f"enc_pad_{i}"))
        encoder.add(layers.Conv2D(filters, 3, strides=1, activation="relu", name=f"enc_{i}"))
        if i == 0:
            encoder.add(layers.MaxPooling2D(name="enc_pool"))
    content, style = keras.Input((16, 16, 3), name="a_content"), keras.Input((24, 24, 3), name="b_style")
    x = AdaIN(name="adain")(encoder(content), encoder(style))
    x = layers.Conv2D(8, 3, activation="relu", name="dec_1")(Mirrored(name="dec_pad_1")(x))
    x = layers.UpSampling2D(2, interpolation="nearest", name="up")(x)
    return keras.Model([content, style], layers.Conv2D(3, 3, name="dec_2")(Mirrored(name="dec_pad_2")(x)))


def torch_model():
    from torch import nn

    def calc_mean_std(feat, eps=1e-5):
        N, C = feat.size()[:2]
        feat_var = feat.view(N, C, -1).var(dim=2) + eps
        feat_std = feat_var.sqrt().view(N, C, 1, 1)
        feat_mean = feat.view(N, C, -1).mean(dim=2).view(N, C, 1, 1)
        return feat_mean, feat_std

    def adaptive_instance_normalization(content_feat, style_feat):
        size = content_feat.size()
        style_mean, style_std = calc_mean_std(style_feat)
        content_mean, content_std = calc_mean_std(content_feat)
        normalized_feat = (content_feat - content_mean.expand(size)) / content_std.expand(size)
        return normalized_feat * style_std.expand(size) + style_mean.expand(size)

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = nn.Sequential(
                nn.ReflectionPad2d((1, 1, 1, 1)),
                nn.Conv2d(3, 8, (3, 3)),
                nn.ReLU(),
                nn.MaxPool2d((2, 2)),
                nn.ReflectionPad2d((1, 1, 1, 1)),
                nn.Conv2d(8, 12, (3, 3)),
                nn.ReLU(),
            )
            self.decoder = nn.Sequential(
                nn.ReflectionPad2d((1, 1, 1, 1)),
                nn.Conv2d(12, 8, (3, 3)),
                nn.ReLU(),
                nn.Upsample(scale_factor=2, mode="nearest"),
                nn.ReflectionPad2d((1, 1, 1, 1)),
                nn.Conv2d(8, 3, (3, 3)),
            )

        def forward(self, content, style):
            return self.decoder(adaptive_instance_normalization(self.encoder(content), self.encoder(style)))

    return Net()
