"""FT-Transformer for a table of numbers: feature tokens, CLS at the end, pre-norm blocks with ReGLU."""

INPUTS = ("7",)
TRUTH = {"identical": True}
NO_FILE = "the exporter of PyTorch writes len(x) as the number of samples of the example"


def keras_model():
    import keras
    from keras import layers, ops

    class NumericalTokens(layers.Layer):
        def __init__(self, dim, **kwargs):
            super().__init__(**kwargs)
            self.dim = dim

        def build(self, shape):
            n = shape[-1]
            self.kernel = self.add_weight(shape=(n, self.dim), initializer="random_uniform", name="feature_kernel")
            self.bias = self.add_weight(shape=(n, self.dim), initializer="random_uniform", name="feature_bias")
            self.cls = self.add_weight(shape=(1, 1, self.dim), initializer="random_uniform", name="cls_token")

        def call(self, x):
            tokens = ops.expand_dims(x, -1) * self.kernel + self.bias
            cls = ops.repeat(self.cls, ops.shape(x)[0], axis=0)
            return ops.concatenate([tokens, cls], axis=1)

    dim, heads = 12, 3
    inputs = keras.Input((7,), name="features")
    x = NumericalTokens(dim, name="tokens")(inputs)
    for i in range(2):
        y = x if i == 0 else layers.LayerNormalization(epsilon=1e-5, name=f"attn_norm_{i}")(x)
        y = layers.MultiHeadAttention(heads, dim // heads, dropout=0.2, name=f"attn_{i}")(y, y)
        x = layers.Add(name=f"attn_add_{i}")([x, y])
        y = layers.LayerNormalization(epsilon=1e-5, name=f"ffn_norm_{i}")(x)
        gate = layers.Dense(16, activation="relu", name=f"ffn_gate_{i}")(y)
        y = layers.Multiply(name=f"reglu_{i}")([layers.Dense(16, name=f"ffn_value_{i}")(y), gate])
        y = layers.Dense(dim, name=f"ffn_out_{i}")(layers.Dropout(0.1, name=f"ffn_drop_{i}")(y))
        x = layers.Add(name=f"ffn_add_{i}")([x, y])
    x = layers.LayerNormalization(epsilon=1e-5, name="head_norm")(x[:, -1])
    return keras.Model(inputs, layers.Dense(1, name="head")(layers.ReLU(name="head_relu")(x)))


def torch_model():
    import torch
    from torch import nn

    class ReGLU(nn.Module):
        def forward(self, x):
            a, b = x.chunk(2, dim=-1)
            return a * torch.relu(b)

    class FeatureTokenizer(nn.Module):
        def __init__(self, n_features, d_token):
            super().__init__()
            self.weight = nn.Parameter(torch.empty(n_features, d_token).uniform_(-0.3, 0.3))
            self.bias = nn.Parameter(torch.empty(n_features, d_token).uniform_(-0.3, 0.3))

        def forward(self, x):
            return self.weight[None] * x[..., None] + self.bias[None]

    class FTTransformer(nn.Module):
        def __init__(self, n_features=7, d_token=12, n_blocks=2, heads=3, d_ffn=16):
            super().__init__()
            self.feature_tokenizer = FeatureTokenizer(n_features, d_token)
            self.cls_token = nn.Parameter(torch.empty(d_token).uniform_(-0.3, 0.3))
            self.blocks = nn.ModuleList()
            for i in range(n_blocks):
                block = nn.ModuleDict(
                    {
                        "attention": nn.MultiheadAttention(d_token, heads, dropout=0.2, batch_first=True),
                        "ffn": nn.Sequential(
                            nn.Linear(d_token, 2 * d_ffn), ReGLU(), nn.Dropout(0.1), nn.Linear(d_ffn, d_token)
                        ),
                        "ffn_normalization": nn.LayerNorm(d_token),
                    }
                )
                if i > 0:
                    block["attention_normalization"] = nn.LayerNorm(d_token)
                self.blocks.append(block)
            self.head = nn.Sequential(nn.LayerNorm(d_token), nn.ReLU(), nn.Linear(d_token, 1))

        def forward(self, x):
            x = self.feature_tokenizer(x)
            x = torch.cat([x, self.cls_token.expand(len(x), 1, -1)], dim=1)
            for block in self.blocks:
                residual = x
                if "attention_normalization" in block:
                    residual = block["attention_normalization"](x)
                x = x + block["attention"](residual, residual, residual)[0]
                x = x + block["ffn"](block["ffn_normalization"](x))
            return self.head(x[:, -1])

    return FTTransformer()
