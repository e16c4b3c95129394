"""Su Jianlin's DGCNN for questions: dilated gated convolutions under a mask, then attention pooling over real tokens.

Keras has one convolution of twice the width and slices it; in PyTorch value and gate are two convolutions.
"""

INPUTS = ("14:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import ops
    from keras.layers import Conv1D, Dense, Dropout, Embedding, Input, Lambda, Layer

    dim = 12

    def dilated_gated_conv1d(seq, mask, dilation_rate=1):
        h = Conv1D(dim * 2, 3, padding="same", dilation_rate=dilation_rate)(seq)

        def _gate(x):
            s, h = x
            g, h = h[:, :, :dim], h[:, :, dim:]
            g = ops.sigmoid(g)
            return g * s + (1 - g) * h

        seq = Lambda(_gate)([seq, h])
        return Lambda(lambda x: x[0] * ops.cast(x[1], x[0].dtype))([seq, mask])

    class AttentionPooling1D(Layer):
        def __init__(self, h_dim, **kwargs):
            super().__init__(**kwargs)
            self.k_dense = Dense(h_dim, use_bias=False, activation="tanh")
            self.o_dense = Dense(1, use_bias=False)

        def build(self, input_shape):
            self.k_dense.build(input_shape[0])
            self.o_dense.build((*input_shape[0][:-1], self.k_dense.units))

        def call(self, inputs):
            xo, mask = inputs
            x = self.o_dense(self.k_dense(xo))
            x = ops.where(mask, x, -1e12)
            return ops.sum(ops.softmax(x, 1) * xo, 1)

    q_in = Input(shape=(None,), dtype="int32")
    q_mask = Lambda(lambda x: ops.expand_dims(x, 2) > 0)(q_in)
    q = Dropout(0.1)(Embedding(50, dim)(q_in))
    q = Lambda(lambda x: x[0] * ops.cast(x[1], x[0].dtype))([q, q_mask])
    for rate in (1, 2, 4, 1):
        q = dilated_gated_conv1d(q, q_mask, rate)
    q = AttentionPooling1D(8, name="pooling")([q, q_mask])
    return keras.Model(q_in, Dense(3, name="intent")(q))


def torch_model():
    import torch
    from torch import nn

    class GatedBlock(nn.Module):
        def __init__(self, dim, dilation):
            super().__init__()
            self.gate = nn.Conv1d(dim, dim, 3, padding=dilation, dilation=dilation)
            self.value = nn.Conv1d(dim, dim, 3, padding="same", dilation=dilation)

        def forward(self, x, keep):
            return torch.lerp(self.value(x), x, self.gate(x).sigmoid()).masked_fill(~keep, 0.0)

    class DGCNN(nn.Module):
        def __init__(self, vocab=50, dim=12, classes=3):
            super().__init__()
            self.embed = nn.Embedding(vocab, dim)
            self.dropout = nn.Dropout(0.1)
            self.blocks = nn.ModuleList(GatedBlock(dim, d) for d in (1, 2, 4, 1))
            self.score = nn.Sequential(nn.Linear(dim, 8, bias=False), nn.Tanh(), nn.Linear(8, 1, bias=False))
            self.cls = nn.Linear(dim, classes)

        def forward(self, ids):
            keep = ids.ne(0).unsqueeze(1)
            x = self.dropout(self.embed(ids)).mT.masked_fill(~keep, 0.0)
            for block in self.blocks:
                x = block(x, keep)
            weights = self.score(x.mT).squeeze(-1).masked_fill(~keep[:, 0], -1e12).softmax(-1)
            return self.cls(torch.einsum("bt,bct->bc", weights, x))

    return DGCNN()
