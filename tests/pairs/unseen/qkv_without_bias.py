"""ViT attention: ``qkv_bias=False`` was the default of the code I copied, the Keras layer has its biases."""

INPUTS = ("5x8",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["bias-missing"],
            "keras": ["multi_head_attention"],
            "torch": ["attn", "attn.*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    x = keras.Input((5, 8))
    y = layers.MultiHeadAttention(num_heads=4, key_dim=2)(x, x)
    z = layers.LayerNormalization(epsilon=1e-5)(layers.Add()([x, y]))
    return keras.Model(x, layers.Dense(2)(layers.Flatten()(z)))


def torch_model():
    from torch import nn

    class Attention(nn.Module):
        def __init__(self, dim, num_heads=8, qkv_bias=False):
            super().__init__()
            self.num_heads = num_heads
            self.scale = (dim // num_heads) ** -0.5
            self.qkv = nn.Linear(dim, dim * 3, bias=qkv_bias)
            self.proj = nn.Linear(dim, dim)

        def forward(self, x):
            b, n, c = x.shape
            qkv = self.qkv(x).reshape(b, n, 3, self.num_heads, c // self.num_heads).permute(2, 0, 3, 1, 4)
            q, k, v = qkv[0], qkv[1], qkv[2]
            attn = ((q @ k.transpose(-2, -1)) * self.scale).softmax(dim=-1)
            return self.proj((attn @ v).transpose(1, 2).reshape(b, n, c))

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.attn = Attention(8, 4)
            self.norm = nn.LayerNorm(8)
            self.fc = nn.Linear(40, 2)

        def forward(self, x):
            return self.fc(self.norm(x + self.attn(x)).flatten(1))

    return Net()
