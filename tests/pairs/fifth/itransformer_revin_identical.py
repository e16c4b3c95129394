"""iTransformer: each variable of the series is one token, the window is normalised per variable and the forecast scaled
back. Keras with Permute and MultiHeadAttention, PyTorch after the authors' repository (FullAttention, Conv1d layers).
"""

INPUTS = ("24x5",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class ReversibleNorm(layers.Layer):
        def call(self, x):
            mean, variance = ops.moments(x, axes=[1], keepdims=True)
            mean = ops.stop_gradient(mean)
            return (x - mean) * ops.rsqrt(variance + 1e-5), mean, ops.sqrt(variance + 1e-5)

    def norm(name):
        return layers.LayerNormalization(epsilon=1e-5, name=name)

    series = keras.Input((24, 5), name="series")
    x, mean, deviation = ReversibleNorm(name="revin")(series)
    x = layers.Dense(16, name="value_embedding")(layers.Permute((2, 1), name="invert")(x))
    for i in range(2):
        y = layers.MultiHeadAttention(4, 4, name=f"attention_{i}")(x, x, x)
        x = norm(f"norm1_{i}")(layers.Add(name=f"add1_{i}")([x, y]))
        y = layers.Dense(20, activation="gelu", name=f"conv1_{i}")(x)
        x = norm(f"norm2_{i}")(layers.Add(name=f"add2_{i}")([x, layers.Dense(16, name=f"conv2_{i}")(y)]))
    x = layers.Dense(8, name="projector")(norm("encoder_norm")(x))
    x = layers.Permute((2, 1), name="revert")(x)
    return keras.Model(series, x * deviation + mean, name="itransformer")


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class AttentionLayer(nn.Module):
        def __init__(self, d_model, n_heads):
            super().__init__()
            self.query_projection = nn.Linear(d_model, d_model)
            self.key_projection = nn.Linear(d_model, d_model)
            self.value_projection = nn.Linear(d_model, d_model)
            self.out_projection = nn.Linear(d_model, d_model)
            self.n_heads = n_heads

        def forward(self, queries, keys, values):
            B, L, _ = queries.shape
            _, S, _ = keys.shape
            H = self.n_heads
            queries = self.query_projection(queries).view(B, L, H, -1)
            keys = self.key_projection(keys).view(B, S, H, -1)
            values = self.value_projection(values).view(B, S, H, -1)
            scale = 1.0 / queries.shape[-1] ** 0.5
            A = torch.softmax(scale * torch.einsum("blhe,bshe->bhls", queries, keys), dim=-1)
            V = torch.einsum("bhls,bshd->blhd", A, values).contiguous()
            return self.out_projection(V.view(B, L, -1))

    class EncoderLayer(nn.Module):
        def __init__(self, d_model, d_ff):
            super().__init__()
            self.attention = AttentionLayer(d_model, 4)
            self.conv1, self.conv2 = nn.Conv1d(d_model, d_ff, 1), nn.Conv1d(d_ff, d_model, 1)
            self.norm1, self.norm2 = nn.LayerNorm(d_model), nn.LayerNorm(d_model)

        def forward(self, x):
            y = x = self.norm1(x + self.attention(x, x, x))
            y = F.gelu(self.conv1(y.transpose(-1, 1)))
            return self.norm2(x + self.conv2(y).transpose(-1, 1))

    class ITransformer(nn.Module):
        def __init__(self, seq_len=24, pred_len=8, d_model=16):
            super().__init__()
            self.pred_len = pred_len
            self.value_embedding = nn.Linear(seq_len, d_model)
            self.attn_layers = nn.ModuleList(EncoderLayer(d_model, 20) for _ in range(2))
            self.norm = nn.LayerNorm(d_model)
            self.projector = nn.Linear(d_model, pred_len)

        def forward(self, x):  # (batch, variables, time)
            x_enc = x.permute(0, 2, 1)
            means = x_enc.mean(1, keepdim=True).detach()
            x_enc = x_enc - means
            stdev = torch.sqrt(torch.var(x_enc, dim=1, keepdim=True, unbiased=False) + 1e-5)
            enc_out = self.value_embedding((x_enc / stdev).permute(0, 2, 1))
            for layer in self.attn_layers:
                enc_out = layer(enc_out)
            dec_out = self.projector(self.norm(enc_out)).permute(0, 2, 1)
            dec_out = dec_out * stdev[:, 0, :].unsqueeze(1).repeat(1, self.pred_len, 1)
            return dec_out + means[:, 0, :].unsqueeze(1).repeat(1, self.pred_len, 1)

    return ITransformer()
