"""ALiBi's slopes per head are repeated for the samples in the wrong order."""

INPUTS = ("6x16",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["attention-mask-other"], "keras": ["o", "softmax*", "add*"], "torch": ["att"]}],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    i = keras.Input((6, 16))
    q, k, v = (layers.Dense(16, name=n)(i) for n in "qkv")

    def heads(x):
        return ops.transpose(ops.reshape(x, (-1, 6, 4, 4)), (0, 2, 1, 3))

    slopes = 2.0 ** (-2.0 * np.arange(1, 5))
    bias = -np.abs(np.arange(6)[:, None] - np.arange(6)[None]) * slopes[:, None, None]
    s = ops.softmax(ops.einsum("bhqd,bhkd->bhqk", heads(q), heads(k)) / 2.0 + ops.cast(bias, q.dtype), -1)
    y = ops.reshape(ops.transpose(ops.einsum("bhqk,bhkd->bhqd", s, heads(v)), (0, 2, 1, 3)), (-1, 6, 16))
    return keras.Model(i, layers.Dense(16, name="o")(y))


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.att = nn.MultiheadAttention(16, 4, batch_first=True)

        def forward(self, x):
            p = torch.arange(6, dtype=x.dtype)
            m = (
                torch.tensor([2.0 ** (-2 * (h + 1)) for h in range(4)], dtype=x.dtype)[:, None, None]
                * -(p[:, None] - p).abs()
            )
            return self.att(x, x, x, attn_mask=m.repeat_interleave(len(x), 0), need_weights=False)[0]

    return Net()
