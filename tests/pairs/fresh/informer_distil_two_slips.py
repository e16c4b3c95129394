"""Informer distilling layer in Keras: zeros instead of circular padding, and "same" pooling for padding=1."""

INPUTS = ("16x4",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["padding-mode"], "keras": ["distil_conv"], "torch": ["conv_layer.downConv"]},
        {"rules": ["pool-padding"], "keras": ["distil_pool"], "torch": ["conv_layer.maxPool"]},
    ],
}


def keras_model():
    import keras
    from keras import layers

    def encoder_layer(x, name):
        attended = layers.MultiHeadAttention(2, 4, name=f"{name}_attention")(x, x)
        x = layers.LayerNormalization(epsilon=1e-5, name=f"{name}_norm1")(
            layers.Add(name=f"{name}_add1")([x, attended])
        )
        y = layers.Conv1D(16, 1, name=f"{name}_conv1")(x)
        y = layers.Activation("gelu", name=f"{name}_gelu")(y)
        y = layers.Conv1D(8, 1, name=f"{name}_conv2")(y)
        return layers.LayerNormalization(epsilon=1e-5, name=f"{name}_norm2")(layers.Add(name=f"{name}_add2")([x, y]))

    series = keras.Input((16, 4), name="series")
    x = layers.Dense(8, name="embed")(series)
    x = encoder_layer(x, "layer0")
    x = layers.Conv1D(8, 3, padding="same", name="distil_conv")(x)
    x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="distil_norm")(x)
    x = layers.ELU(name="distil_elu")(x)
    x = layers.MaxPooling1D(3, strides=2, padding="same", name="distil_pool")(x)
    x = encoder_layer(x, "layer1")
    x = layers.LayerNormalization(epsilon=1e-5, name="norm")(x)
    return keras.Model(series, layers.Dense(3, name="projection")(x))


def torch_model():
    from torch import nn
    from torch.nn import functional as F

    class ConvLayer(nn.Module):
        def __init__(self, c_in):
            super().__init__()
            self.downConv = nn.Conv1d(c_in, c_in, kernel_size=3, padding=1, padding_mode="circular")
            self.norm = nn.BatchNorm1d(c_in)
            self.activation = nn.ELU()
            self.maxPool = nn.MaxPool1d(kernel_size=3, stride=2, padding=1)

        def forward(self, x):
            x = self.downConv(x.permute(0, 2, 1))
            x = self.maxPool(self.activation(self.norm(x)))
            return x.transpose(1, 2)

    class EncoderLayer(nn.Module):
        def __init__(self, d_model=8, d_ff=16):
            super().__init__()
            self.attention = nn.MultiheadAttention(d_model, 2, batch_first=True)
            self.conv1 = nn.Conv1d(d_model, d_ff, kernel_size=1)
            self.conv2 = nn.Conv1d(d_ff, d_model, kernel_size=1)
            self.norm1, self.norm2 = nn.LayerNorm(d_model), nn.LayerNorm(d_model)

        def forward(self, x):
            new_x, _ = self.attention(x, x, x)
            y = x = self.norm1(x + new_x)
            y = self.conv2(F.gelu(self.conv1(y.transpose(-1, 1)))).transpose(-1, 1)
            return self.norm2(x + y)

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.value_embedding = nn.Linear(4, 8)
            self.attn_layers = nn.ModuleList([EncoderLayer(), EncoderLayer()])
            self.conv_layer = ConvLayer(8)
            self.norm = nn.LayerNorm(8)
            self.projection = nn.Linear(8, 3)

        def forward(self, x):
            x = self.attn_layers[0](self.value_embedding(x))
            x = self.attn_layers[1](self.conv_layer(x))
            return self.projection(self.norm(x))

    return Encoder()
