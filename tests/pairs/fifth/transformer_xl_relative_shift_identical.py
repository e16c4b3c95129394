"""Attention of Transformer-XL. PyTorch as in the authors' mem_transformer.py (_rel_shift with the padded column, one
qkv_net, r_w_bias and r_r_bias); Keras looks the distances up in a table of indices instead of shifting.
"""

INPUTS = ("7:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    class RelativeBlock(layers.Layer):
        def __init__(self, width, heads, inner, **kwargs):
            super().__init__(**kwargs)
            self.heads, self.size = heads, width // heads
            self.q, self.k, self.v, self.r, self.o = (
                layers.Dense(width, use_bias=False, name=name) for name in ("q", "k", "v", "r", "o")
            )
            self.norm = layers.LayerNormalization(epsilon=1e-5, name="attention_norm")
            self.ff1, self.ff2 = layers.Dense(inner, activation="relu", name="ff1"), layers.Dense(width, name="ff2")
            self.ff_norm = layers.LayerNormalization(epsilon=1e-5, name="ff_norm")

        def build(self, shape):
            shape = (self.heads, self.size)
            self.content_bias = self.add_weight(shape=shape, initializer="random_normal", name="r_w_bias")
            self.position_bias = self.add_weight(shape=shape, initializer="random_normal", name="r_r_bias")

        def heads_of(self, x):
            return ops.reshape(x, (-1, x.shape[1], self.heads, self.size))

        def call(self, x):
            n, width = x.shape[1:]
            rate = 10000.0 ** (-np.arange(0, width, 2) / width)
            angle = np.outer(np.arange(n), rate)
            table = np.concatenate([np.sin(angle), np.cos(angle)], -1)[None]
            r = self.heads_of(self.r(ops.convert_to_tensor(table, x.dtype)))[0]  # row d: distance d
            q, k, v = (self.heads_of(f(x)) for f in (self.q, self.k, self.v))
            distance = np.maximum(np.arange(n)[:, None] - np.arange(n), 0)
            content = ops.einsum("bihd,bjhd->bhij", q + self.content_bias, k)
            position = ops.einsum("bihd,ijhd->bhij", q + self.position_bias, ops.take(r, distance, axis=0))
            scores = (content + position) / self.size**0.5
            scores = ops.where(ops.convert_to_tensor(np.tri(n, dtype=bool)), scores, -1e30)
            y = ops.einsum("bhij,bjhd->bihd", ops.softmax(scores), v)
            x = self.norm(x + self.o(ops.reshape(y, (-1, n, width))))
            return self.ff_norm(x + self.ff2(self.ff1(x)))

    tokens = keras.Input((7,), dtype="int32")
    x = layers.Rescaling(16**0.5, name="scale")(layers.Embedding(20, 16, name="word_emb")(tokens))
    for i in range(2):
        x = RelativeBlock(16, 2, 24, name=f"layer_{i}")(x)
    return keras.Model(tokens, x)


def torch_model():
    import torch
    from torch import nn

    class RelPartialLearnableDecoderLayer(nn.Module):
        def __init__(self, n_head, d_model, d_inner):
            super().__init__()
            self.n_head, self.d_head = n_head, d_model // n_head
            self.qkv_net = nn.Linear(d_model, 3 * d_model, bias=False)
            self.r_net = nn.Linear(d_model, d_model, bias=False)
            self.o_net = nn.Linear(d_model, d_model, bias=False)
            self.layer_norm = nn.LayerNorm(d_model)
            self.r_w_bias = nn.Parameter(torch.randn(n_head, self.d_head))
            self.r_r_bias = nn.Parameter(torch.randn(n_head, self.d_head))
            self.CoreNet = nn.Sequential(nn.Linear(d_model, d_inner), nn.ReLU(), nn.Linear(d_inner, d_model))
            self.ff_layer_norm = nn.LayerNorm(d_model)

        @staticmethod
        def _rel_shift(x):
            zero_pad = torch.zeros((x.size(0), 1, *x.size()[2:]), dtype=x.dtype)
            x_padded = torch.cat([zero_pad, x], dim=1).view(x.size(1) + 1, x.size(0), *x.size()[2:])
            return x_padded[1:].view_as(x)

        def forward(self, w, r):
            qlen, bsz, _ = w.shape
            heads = [t.view(qlen, bsz, self.n_head, self.d_head) for t in self.qkv_net(w).chunk(3, dim=-1)]
            w_head_q, w_head_k, w_head_v = heads
            r_head_k = self.r_net(r).view(qlen, self.n_head, self.d_head)
            AC = torch.einsum("ibnd,jbnd->ijbn", w_head_q + self.r_w_bias, w_head_k)
            BD = self._rel_shift(torch.einsum("ibnd,jnd->ijbn", w_head_q + self.r_r_bias, r_head_k))
            attn_score = (AC + BD).mul_(1 / self.d_head**0.5)
            mask = torch.triu(torch.ones(qlen, qlen, dtype=torch.bool), 1)
            attn_prob = attn_score.masked_fill(mask[:, :, None, None], -float("inf")).softmax(dim=1)
            attn_vec = torch.einsum("ijbn,jbnd->ibnd", attn_prob, w_head_v).reshape(qlen, bsz, -1)
            output = self.layer_norm(w + self.o_net(attn_vec))
            return self.ff_layer_norm(output + self.CoreNet(output))

    class MemTransformer(nn.Module):
        def __init__(self, n_token=20, d_model=16):
            super().__init__()
            self.word_emb = nn.Embedding(n_token, d_model)
            self.layers = nn.ModuleList(RelPartialLearnableDecoderLayer(2, d_model, 24) for _ in range(2))
            inv_freq = 1 / (10000 ** (torch.arange(0.0, d_model, 2.0, dtype=torch.float64) / d_model))
            self.register_buffer("inv_freq", inv_freq)

        def forward(self, data):
            word_emb = self.word_emb(data.t()) * self.word_emb.embedding_dim**0.5
            pos_seq = torch.arange(word_emb.size(0) - 1, -1, -1.0, dtype=word_emb.dtype)
            sinusoid_inp = torch.outer(pos_seq, self.inv_freq.to(word_emb.dtype))
            pos_emb = torch.cat([sinusoid_inp.sin(), sinusoid_inp.cos()], dim=-1)
            for layer in self.layers:
                word_emb = layer(word_emb, pos_emb)
            return word_emb.transpose(0, 1)

    return MemTransformer()
