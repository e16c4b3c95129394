"""Sparse mixture of experts, two of four per token: stacked kernels and all experts computed in Keras, a list of
modules that each see only their tokens in PyTorch.
"""

INPUTS = ("10x12",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class SparseMoE(layers.Layer):
        def __init__(self, experts, hidden, chosen=2, **kwargs):
            super().__init__(**kwargs)
            self.experts, self.hidden, self.chosen = experts, hidden, chosen
            self.router = layers.Dense(experts, use_bias=False, name="router")

        def build(self, shape):
            width = shape[-1]
            self.router.build(shape)
            self.up = self.add_weight(shape=(self.experts, width, self.hidden), name="up")
            self.up_bias = self.add_weight(shape=(self.experts, self.hidden), initializer="zeros", name="up_bias")
            self.down = self.add_weight(shape=(self.experts, self.hidden, width), name="down")
            self.down_bias = self.add_weight(shape=(self.experts, width), initializer="zeros", name="down_bias")

        def call(self, x):
            probabilities = ops.softmax(self.router(x), axis=-1)
            best, which = ops.top_k(probabilities, self.chosen)
            best = best / ops.sum(best, axis=-1, keepdims=True)
            share = ops.einsum("btk,btke->bte", best, ops.one_hot(which, self.experts, dtype=x.dtype))
            h = ops.silu(ops.einsum("btd,edh->bteh", x, self.up) + self.up_bias)
            y = ops.einsum("bteh,ehd->bted", h, self.down) + self.down_bias
            return ops.einsum("bte,bted->btd", share, y)

    tokens = keras.Input((10, 12))
    x = tokens + SparseMoE(4, 18, name="experts")(layers.LayerNormalization(epsilon=1e-6, name="norm")(tokens))
    x = layers.GlobalAveragePooling1D()(x)
    return keras.Model(tokens, layers.Dense(5, name="classes")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Expert(nn.Module):
        def __init__(self, dim, ffn_dim):
            super().__init__()
            self.w2 = nn.Linear(ffn_dim, dim)
            self.w1 = nn.Linear(dim, ffn_dim)

        def forward(self, x):
            return self.w2(F.silu(self.w1(x)))

    class SparseMoeBlock(nn.Module):
        def __init__(self, dim=12, ffn_dim=18, num_experts=4, top_k=2):
            super().__init__()
            self.top_k = top_k
            self.gate = nn.Linear(dim, num_experts, bias=False)
            self.experts = nn.ModuleList(Expert(dim, ffn_dim) for _ in range(num_experts))

        def forward(self, hidden_states):
            flat = hidden_states.reshape(-1, hidden_states.shape[-1])
            weights, selected = torch.topk(self.gate(flat), self.top_k, dim=-1)
            weights = F.softmax(weights, dim=-1)
            final = torch.zeros_like(flat)
            for number, expert in enumerate(self.experts):
                rows, place = torch.where(selected == number)
                final.index_add_(0, rows, expert(flat[rows]) * weights[rows, place, None])
            return final.view_as(hidden_states)

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            self.ln = nn.LayerNorm(12, eps=1e-6)
            self.moe = SparseMoeBlock()
            self.fc = nn.Linear(12, 5)

        def forward(self, x):
            return self.fc((x + self.moe(self.ln(x))).mean(1))

    return Classifier()
