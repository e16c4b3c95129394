"""Sparse mixture of experts as in Mixtral, two of four per token: in Keras every expert sees every token and a matrix
of weights puts them together, in PyTorch each expert gets only its tokens and adds its result at their places; the
softmax stands before the choice on one side and behind it on the other.
"""

INPUTS = ("9:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class RMSNorm(layers.Layer):
        def build(self, shape):
            self.scale = self.add_weight(shape=(shape[-1],), initializer="ones", name="scale")

        def call(self, x):
            return x * ops.rsqrt(ops.mean(ops.square(x), axis=-1, keepdims=True) + 1e-5) * self.scale

    class Expert(layers.Layer):
        def __init__(self, width, hidden, **kwargs):
            super().__init__(**kwargs)
            self.gate = layers.Dense(hidden, use_bias=False, activation="silu", name="gate")
            self.up = layers.Dense(hidden, use_bias=False, name="up")
            self.down = layers.Dense(width, use_bias=False, name="down")

        def call(self, x):
            return self.down(self.gate(x) * self.up(x))

    class SparseMoE(layers.Layer):
        def __init__(self, width, hidden, experts=4, top_k=2, **kwargs):
            super().__init__(**kwargs)
            self.count, self.top_k = experts, top_k
            self.router = layers.Dense(experts, use_bias=False, name="router")
            self.experts = [Expert(width, hidden, name=f"expert_{i}") for i in range(experts)]

        def call(self, x):
            shares, chosen = ops.top_k(ops.softmax(self.router(x), axis=-1), self.top_k)
            shares = shares / ops.sum(shares, axis=-1, keepdims=True)
            combine = ops.sum(ops.one_hot(chosen, self.count, dtype=x.dtype) * shares[..., None], axis=-2)
            results = ops.stack([expert(x) for expert in self.experts], axis=-2)
            return ops.einsum("bte,bted->btd", combine, results)

    tokens = keras.Input((9,), dtype="int32")
    x = layers.Embedding(40, 16, name="tokens")(tokens)
    for i in range(2):
        h = RMSNorm(name=f"norm_{i}")(x)
        x = layers.Add(name=f"add_{i}")([x, SparseMoE(16, 24, name=f"moe_{i}")(h)])
    x = layers.GlobalAveragePooling1D()(RMSNorm(name="norm_last")(x))
    return keras.Model(tokens, layers.Dense(3, name="head")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class RMSNorm(nn.Module):
        def __init__(self, dim, eps=1e-5):
            super().__init__()
            self.weight = nn.Parameter(torch.ones(dim))
            self.eps = eps

        def forward(self, x):
            variance = x.pow(2).mean(-1, keepdim=True)
            return self.weight * (x * torch.rsqrt(variance + self.eps))

    class FeedForward(nn.Module):
        def __init__(self, dim, hidden_dim):
            super().__init__()
            self.w1 = nn.Linear(dim, hidden_dim, bias=False)
            self.w2 = nn.Linear(hidden_dim, dim, bias=False)
            self.w3 = nn.Linear(dim, hidden_dim, bias=False)

        def forward(self, x):
            return self.w2(F.silu(self.w1(x)) * self.w3(x))

    class MoeLayer(nn.Module):
        def __init__(self, dim, hidden_dim, num_experts, num_experts_per_tok):
            super().__init__()
            self.experts = nn.ModuleList(FeedForward(dim, hidden_dim) for _ in range(num_experts))
            self.gate = nn.Linear(dim, num_experts, bias=False)
            self.num_experts_per_tok = num_experts_per_tok

        def forward(self, inputs):
            flat = inputs.view(-1, inputs.shape[-1])
            gate_logits = self.gate(flat)
            weights, selected = torch.topk(gate_logits, self.num_experts_per_tok)
            weights = F.softmax(weights, dim=1)
            results = torch.zeros_like(flat)
            for i, expert in enumerate(self.experts):
                batch_idx, nth_expert = torch.where(selected == i)
                results[batch_idx] += weights[batch_idx, nth_expert, None] * expert(flat[batch_idx])
            return results.view_as(inputs)

    class Classifier(nn.Module):
        def __init__(self, vocab=40, dim=16, depth=2):
            super().__init__()
            self.tok_embeddings = nn.Embedding(vocab, dim)
            self.feed_forward = nn.ModuleList(MoeLayer(dim, 24, 4, 2) for _ in range(depth))
            self.ffn_norm = nn.ModuleList(RMSNorm(dim) for _ in range(depth))
            self.norm = RMSNorm(dim)
            self.output = nn.Linear(dim, 3)

        def forward(self, ids):
            h = self.tok_embeddings(ids)
            for norm, ffn in zip(self.ffn_norm, self.feed_forward):
                h = h + ffn(norm(h))
            return self.output(self.norm(h).mean(1))

    return Classifier()
