"""Hybrid CNN and transformer: ``x.view(b, h * w, c)`` on a channels-first map does not give tokens."""

INPUTS = ("12x12x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["reshape-order"],
            "keras": ["reshape", "layer_normalization"],
            "torch": ["view", "reshape", "norm1", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((12, 12, 3))
    x = layers.Conv2D(8, 3, strides=3, activation="relu")(inputs)
    x = layers.Reshape((-1, 8))(x)
    y = layers.LayerNormalization(epsilon=1e-5)(x)
    y = layers.MultiHeadAttention(2, 4)(y, y)
    x = layers.Add()([x, y])
    x = layers.GlobalAveragePooling1D()(x)
    return keras.Model(inputs, layers.Dense(5)(x))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class Hybrid(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 8, 3, stride=3)
            self.norm1 = nn.LayerNorm(8)
            self.attn = nn.MultiheadAttention(8, 2, batch_first=True)
            self.fc = nn.Linear(8, 5)

        def forward(self, x):
            x = F.relu(self.conv(x))
            b, c, h, w = x.shape
            x = x.view(b, h * w, c)
            y = self.norm1(x)
            x = x + self.attn(y, y, y)[0]
            return self.fc(x.mean(1))

    return Hybrid()
