"""ConvNeXt block with layer scale: channels-last all the way in Keras, two permutes per block in PyTorch."""

INPUTS = ("16x16x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    class LayerScale(layers.Layer):
        def __init__(self, init, **kwargs):
            super().__init__(**kwargs)
            self.init = init

        def build(self, shape):
            self.gamma = self.add_weight(
                shape=(shape[-1],), initializer=keras.initializers.Constant(self.init), name="gamma"
            )

        def call(self, x):
            return x * self.gamma

    def block(x, dim, i):
        y = layers.DepthwiseConv2D(7, padding="same", name=f"b{i}_dw")(x)
        y = layers.LayerNormalization(epsilon=1e-6, name=f"b{i}_norm")(y)
        y = layers.Dense(4 * dim, activation="gelu", name=f"b{i}_pw1")(y)
        y = layers.Dense(dim, name=f"b{i}_pw2")(y)
        return layers.Add()([x, LayerScale(1e-6, name=f"b{i}_scale")(y)])

    inputs = keras.Input((16, 16, 3))
    x = layers.Conv2D(8, 2, strides=2, name="stem")(inputs)
    x = layers.LayerNormalization(epsilon=1e-6, name="stem_norm")(x)
    for i in range(2):
        x = block(x, 8, i)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.LayerNormalization(epsilon=1e-6, name="head_norm")(x)
    return keras.Model(inputs, layers.Dense(3, name="head")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class LayerNorm(nn.Module):
        """channels_last or channels_first, as in the official code"""

        def __init__(self, n, eps=1e-6, data_format="channels_last"):
            super().__init__()
            self.weight = nn.Parameter(torch.ones(n))
            self.bias = nn.Parameter(torch.zeros(n))
            self.eps = eps
            self.data_format = data_format
            self.normalized_shape = (n,)

        def forward(self, x):
            if self.data_format == "channels_last":
                return F.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)
            u = x.mean(1, keepdim=True)
            s = (x - u).pow(2).mean(1, keepdim=True)
            x = (x - u) / torch.sqrt(s + self.eps)
            return self.weight[:, None, None] * x + self.bias[:, None, None]

    class Block(nn.Module):
        def __init__(self, dim):
            super().__init__()
            self.dwconv = nn.Conv2d(dim, dim, kernel_size=7, padding=3, groups=dim)
            self.norm = LayerNorm(dim)
            self.pwconv1 = nn.Linear(dim, 4 * dim)
            self.act = nn.GELU()
            self.pwconv2 = nn.Linear(4 * dim, dim)
            self.gamma = nn.Parameter(1e-6 * torch.ones(dim))

        def forward(self, x):
            shortcut = x
            x = self.dwconv(x).permute(0, 2, 3, 1)
            x = self.pwconv2(self.act(self.pwconv1(self.norm(x))))
            x = (self.gamma * x).permute(0, 3, 1, 2)
            return shortcut + x

    class ConvNeXt(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Sequential(nn.Conv2d(3, 8, 2, stride=2), LayerNorm(8, data_format="channels_first"))
            self.stages = nn.Sequential(Block(8), Block(8))
            self.norm = nn.LayerNorm(8, eps=1e-6)
            self.head = nn.Linear(8, 3)

        def forward(self, x):
            x = self.stages(self.stem(x))
            return self.head(self.norm(x.mean([-2, -1])))

    return ConvNeXt()
