"""Style transfer with conditional instance norm: Keras stores the gain minus one, my module the gain itself."""

INPUTS = ("12x12x3", "1:int32")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["scale-other", "branch-missing", "wiring-other"],
            "keras": ["cin*", "instance*"],
            "torch": ["norm*", "norms*", "mul*", "add*", "addcmul*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class ConditionalInstanceNorm(layers.Layer):
        def __init__(self, styles, epsilon=1e-5, **kwargs):
            super().__init__(**kwargs)
            self.styles, self.epsilon = styles, epsilon

        def build(self, image_shape, style_shape):
            self.table = layers.Embedding(self.styles, 2 * image_shape[-1], name="table")
            self.table.build(style_shape)

        def call(self, image, style):
            gain, shift = ops.split(self.table(style)[:, None], 2, axis=-1)
            mean, var = ops.moments(image, axes=(1, 2), keepdims=True)
            normed = (image - mean) / ops.sqrt(var + self.epsilon)
            return normed * (1.0 + gain) + shift

    image = keras.Input((12, 12, 3), name="a_image")
    style = keras.Input((1,), dtype="int32", name="b_style")
    x = layers.Conv2D(8, 3, padding="same", name="conv1")(image)
    x = layers.ReLU(name="relu1")(ConditionalInstanceNorm(6, name="cin1")(x, style))
    y = layers.Conv2D(8, 3, padding="same", name="conv2")(x)
    x = layers.Add(name="residual")([x, ConditionalInstanceNorm(6, name="cin2")(y, style)])
    x = layers.Conv2D(3, 5, padding="same", activation="sigmoid", name="to_rgb")(x)
    return keras.Model([image, style], x)


def torch_model():
    import torch
    from torch import nn

    class ConditionalInstanceNorm2d(nn.Module):
        def __init__(self, num_features, num_styles):
            super().__init__()
            self.instance_norm = nn.InstanceNorm2d(num_features, affine=False)
            self.embed = nn.Embedding(num_styles, num_features * 2)
            self.embed.weight.data[:, :num_features].normal_(1, 0.02)
            self.embed.weight.data[:, num_features:].zero_()

        def forward(self, x, y):
            gamma, beta = self.embed(y).chunk(2, 1)
            return torch.addcmul(beta[..., None, None], gamma[..., None, None], self.instance_norm(x))

    class StyleNet(nn.Module):
        def __init__(self, styles=6, width=8):
            super().__init__()
            self.conv1 = nn.Conv2d(3, width, 3, padding=1)
            self.norm1 = ConditionalInstanceNorm2d(width, styles)
            self.conv2 = nn.Conv2d(width, width, 3, padding=1)
            self.norm2 = ConditionalInstanceNorm2d(width, styles)
            self.to_rgb = nn.Conv2d(width, 3, 5, padding=2)

        def forward(self, x, style):
            style = style.squeeze(1)
            x = torch.relu(self.norm1(self.conv1(x), style))
            x = x + self.norm2(self.conv2(x), style)
            return torch.sigmoid(self.to_rgb(x))

    return StyleNet()
