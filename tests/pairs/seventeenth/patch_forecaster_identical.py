"""Patch transformer for forecasts, every series by itself: reversible instance normalisation, overlapping patches by
unfold or by an index table, batch norm in place of layer norm, and the flattened head.
"""

INPUTS = ("48x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    steps, series, length, stride, width, horizon = 48, 3, 8, 4, 16, 10
    count = (steps + stride - length) // stride + 1

    class RevIN(layers.Layer):
        def build(self, shape):
            self.gain = self.add_weight(name="gain", shape=(series,), initializer="ones")
            self.shift = self.add_weight(name="shift", shape=(series,), initializer="zeros")

        def call(self, x):
            mean = ops.stop_gradient(ops.mean(x, axis=1, keepdims=True))
            scale = ops.stop_gradient(ops.sqrt(ops.var(x, axis=1, keepdims=True) + 1e-5))
            return (x - mean) / scale * self.gain + self.shift, mean, scale

        def back(self, y, mean, scale):
            return (y - self.shift) / (self.gain + 1e-10) * scale + mean

    class Patches(layers.Layer):
        def call(self, x):
            x = ops.concatenate([x] + [x[:, -1:]] * stride, axis=1)
            table = np.arange(count)[:, None] * stride + np.arange(length)[None]
            x = ops.take(ops.transpose(x, (0, 2, 1)), table, axis=2)
            return ops.reshape(x, (-1, count, length))

    class Places(layers.Layer):
        def build(self, shape):
            self.table = self.add_weight(name="table", shape=(count, width), initializer="uniform")

        def call(self, x):
            return x + self.table

    class Forecaster(keras.Model):
        def __init__(self):
            super().__init__()
            self.revin = RevIN(name="revin")
            self.patches = Patches(name="patches")
            self.embed = layers.Dense(width, name="embed")
            self.places = Places(name="places")
            self.blocks = []
            for i in range(2):
                self.blocks.append(
                    (
                        layers.MultiHeadAttention(4, width // 4, name=f"attention_{i}"),
                        layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"norm_a_{i}"),
                        layers.Dense(2 * width, name=f"wide_{i}"),
                        layers.Dense(width, name=f"narrow_{i}"),
                        layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"norm_b_{i}"),
                    )
                )
            self.head = layers.Dense(horizon, name="head")

        def call(self, x, training=None):
            x, mean, scale = self.revin(x)
            x = self.places(self.embed(self.patches(x)))
            for attention, norm_a, wide, narrow, norm_b in self.blocks:
                x = norm_a(x + attention(x, x, training=training), training=training)
                hidden = wide(x)
                hidden = 0.5 * hidden * (1 + ops.erf(hidden / np.sqrt(2.0)))
                x = norm_b(x + narrow(hidden), training=training)
            x = ops.reshape(ops.transpose(x, (0, 2, 1)), (-1, series, width * count))
            return self.revin.back(ops.transpose(self.head(x), (0, 2, 1)), mean, scale)

    model = Forecaster()
    model(ops.zeros((1, steps, series)))
    return model


def torch_model():
    import torch
    from torch import nn

    class RevIN(nn.Module):
        def __init__(self, num_features, eps=1e-5):
            super().__init__()
            self.eps = eps
            self.affine_weight = nn.Parameter(torch.ones(num_features))
            self.affine_bias = nn.Parameter(torch.zeros(num_features))

        def forward(self, x, mode):
            if mode == "norm":
                self.mean = x.mean(dim=1, keepdim=True).detach()
                self.stdev = torch.sqrt(x.var(dim=1, keepdim=True, unbiased=False) + self.eps).detach()
                return (x - self.mean) / self.stdev * self.affine_weight + self.affine_bias
            return (x - self.affine_bias) / (self.affine_weight + self.eps**2) * self.stdev + self.mean

    class Transpose(nn.Module):
        def forward(self, x):
            return x.transpose(1, 2)

    class TSTEncoderLayer(nn.Module):
        def __init__(self, d_model, n_heads):
            super().__init__()
            self.self_attn = nn.MultiheadAttention(d_model, n_heads, batch_first=True)
            self.norm_attn = nn.Sequential(Transpose(), nn.BatchNorm1d(d_model), Transpose())
            self.ff = nn.Sequential(nn.Linear(d_model, 2 * d_model), nn.GELU(), nn.Linear(2 * d_model, d_model))
            self.norm_ffn = nn.Sequential(Transpose(), nn.BatchNorm1d(d_model), Transpose())

        def forward(self, src):
            src = self.norm_attn(src + self.self_attn(src, src, src, need_weights=False)[0])
            return self.norm_ffn(src + self.ff(src))

    class PatchTST(nn.Module):
        def __init__(self, c_in=3, seq_len=48, patch_len=8, stride=4, d_model=16, pred_len=10):
            super().__init__()
            self.patch_len, self.stride = patch_len, stride
            n = (seq_len - patch_len) // stride + 2
            self.revin_layer = RevIN(c_in)
            self.padding_patch_layer = nn.ReplicationPad1d((0, stride))
            self.W_P = nn.Linear(patch_len, d_model)
            self.W_pos = nn.Parameter(torch.empty(n, d_model).uniform_(-0.02, 0.02))
            self.layers = nn.ModuleList(TSTEncoderLayer(d_model, 4) for _ in range(2))
            self.head = nn.Sequential(nn.Flatten(start_dim=-2), nn.Linear(d_model * n, pred_len))

        def forward(self, x):
            b, _, c = x.shape
            z = self.revin_layer(x, "norm").permute(0, 2, 1)
            z = self.padding_patch_layer(z).unfold(-1, self.patch_len, self.stride)
            z = self.W_P(z).flatten(0, 1) + self.W_pos
            for layer in self.layers:
                z = layer(z)
            z = z.view(b, c, *z.shape[1:]).transpose(2, 3)
            return self.revin_layer(self.head(z).permute(0, 2, 1), "denorm")

    return PatchTST()
