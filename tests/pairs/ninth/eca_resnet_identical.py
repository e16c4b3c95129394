"""Residual blocks with efficient channel attention: a convolution of width three runs along the channels. The weights
are multiplied in by expand_as in PyTorch, by broadcasting in Keras.
"""

INPUTS = ("16x16x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class ECA(layers.Layer):
        def __init__(self, k=3, **kwargs):
            super().__init__(**kwargs)
            self.conv = layers.Conv1D(1, k, padding="same", use_bias=False, name="conv")

        def call(self, x):
            y = ops.mean(x, axis=(1, 2))
            y = ops.sigmoid(self.conv(ops.expand_dims(y, -1)))
            return x * ops.reshape(y, (-1, 1, 1, x.shape[-1]))

    class Block(layers.Layer):
        def __init__(self, width, **kwargs):
            super().__init__(**kwargs)
            norm = dict(momentum=0.9, epsilon=1e-5)
            self.conv_a = layers.Conv2D(width, 3, padding="same", use_bias=False, name="conv_a")
            self.bn_a = layers.BatchNormalization(**norm, name="bn_a")
            self.conv_b = layers.Conv2D(width, 3, padding="same", use_bias=False, name="conv_b")
            self.bn_b = layers.BatchNormalization(**norm, name="bn_b")
            self.eca = ECA(name="eca")

        def call(self, x, training=False):
            y = ops.relu(self.bn_a(self.conv_a(x), training=training))
            y = self.eca(self.bn_b(self.conv_b(y), training=training))
            return ops.relu(x + y)

    image = keras.Input((16, 16, 3))
    x = layers.Conv2D(10, 3, padding="same", activation="relu", name="stem")(image)
    for i in range(2):
        x = Block(10, name=f"block_{i}")(x)
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    return keras.Model(image, layers.Dense(6, name="classes")(x))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class eca_layer(nn.Module):
        def __init__(self, k_size=3):
            super().__init__()
            self.avg_pool = nn.AdaptiveAvgPool2d(1)
            self.conv = nn.Conv1d(1, 1, kernel_size=k_size, padding=(k_size - 1) // 2, bias=False)
            self.sigmoid = nn.Sigmoid()

        def forward(self, x):
            y = self.avg_pool(x)
            y = self.conv(y.squeeze(-1).transpose(-1, -2)).transpose(-1, -2).unsqueeze(-1)
            return x * self.sigmoid(y).expand_as(x)

    class ECABasicBlock(nn.Module):
        def __init__(self, planes):
            super().__init__()
            self.conv1, self.bn1 = nn.Conv2d(planes, planes, 3, padding=1, bias=False), nn.BatchNorm2d(planes)
            self.conv2, self.bn2 = nn.Conv2d(planes, planes, 3, padding=1, bias=False), nn.BatchNorm2d(planes)
            self.eca = eca_layer(3)

        def forward(self, x):
            residual = x
            out = F.relu(self.bn1(self.conv1(x)), inplace=True)
            out = self.eca(self.bn2(self.conv2(out)))
            out += residual
            return F.relu(out, inplace=True)

    return nn.Sequential(
        nn.Conv2d(3, 10, 3, padding=1),
        nn.ReLU(inplace=True),
        ECABasicBlock(10),
        ECABasicBlock(10),
        nn.AdaptiveAvgPool2d((1, 1)),
        nn.Flatten(),
        nn.Linear(10, 6),
    )
