"""Mixture of experts behind attention-free token mixing. PyTorch: a ModuleList of small nets, a loop, index_add for
the tokens that chose an expert (Mixtral's way). Keras: all experts in four stacked tensors and one einsum, weights
zero where not chosen.
"""

INPUTS = ("6x8",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class Experts(layers.Layer):
        def __init__(self, number, hidden, top, **kwargs):
            super().__init__(**kwargs)
            self.number, self.hidden, self.top = number, hidden, top

        def build(self, shape):
            d, e, h = shape[-1], self.number, self.hidden
            self.b_out = self.add_weight(shape=(e, d), initializer="zeros", name="b_out")
            self.w_out = self.add_weight(shape=(e, h, d), initializer="glorot_uniform", name="w_out")
            self.b_in = self.add_weight(shape=(e, h), initializer="zeros", name="b_in")
            self.w_in = self.add_weight(shape=(e, d, h), initializer="glorot_uniform", name="w_in")
            self.router = self.add_weight(shape=(d, e), initializer="glorot_uniform", name="router")

        def call(self, x):
            probabilities = ops.softmax(ops.matmul(x, self.router))
            best, chosen = ops.top_k(probabilities, self.top)
            best = best / ops.sum(best, axis=-1, keepdims=True)
            gate = ops.sum(best[..., None] * ops.one_hot(chosen, self.number, dtype=x.dtype), axis=-2)
            h = ops.silu(ops.einsum("btd,edh->bteh", x, self.w_in) + self.b_in)
            y = ops.einsum("bteh,ehd->bted", h, self.w_out) + self.b_out
            return ops.einsum("bte,bted->btd", gate, y)

    tokens = keras.Input((6, 8))
    x = tokens
    for i in range(2):
        y = layers.LayerNormalization(epsilon=1e-6, name=f"ln_mix_{i}")(x)
        y = layers.Permute((2, 1))(y)
        y = layers.Permute((2, 1))(layers.Dense(6, name=f"mix_{i}")(y))
        x = layers.Add()([x, y])
        y = layers.LayerNormalization(epsilon=1e-6, name=f"ln_moe_{i}")(x)
        x = layers.Add()([x, Experts(4, 12, 2, name=f"moe_{i}")(y)])
    return keras.Model(tokens, layers.Dense(3, name="head")(layers.GlobalAveragePooling1D()(x)))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class SparseMoe(nn.Module):
        def __init__(self, dim, hidden, num_experts, top_k):
            super().__init__()
            self.top_k = top_k
            self.gate = nn.Linear(dim, num_experts, bias=False)
            self.experts = nn.ModuleList(
                [nn.Sequential(nn.Linear(dim, hidden), nn.SiLU(), nn.Linear(hidden, dim)) for _ in range(num_experts)]
            )

        def forward(self, hidden_states):
            shape = hidden_states.shape
            hidden_states = hidden_states.view(-1, shape[-1])
            routing_weights = F.softmax(self.gate(hidden_states), dim=1)
            routing_weights, selected = torch.topk(routing_weights, self.top_k, dim=-1)
            routing_weights = routing_weights / routing_weights.sum(dim=-1, keepdim=True)
            final = torch.zeros_like(hidden_states)
            mask = F.one_hot(selected, len(self.experts)).permute(2, 1, 0)
            for expert_idx, expert in enumerate(self.experts):
                idx, top_x = torch.where(mask[expert_idx])
                current = expert(hidden_states[top_x]) * routing_weights[top_x, idx, None]
                final.index_add_(0, top_x, current)
            return final.view(shape)

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.moe = SparseMoe(8, 12, 4, 2)
            self.token_mixing = nn.Conv1d(6, 6, 1)
            self.norm1 = nn.LayerNorm(8, eps=1e-6)
            self.norm2 = nn.LayerNorm(8, eps=1e-6)

        def forward(self, x):
            x = x + self.token_mixing(self.norm1(x))
            return x + self.moe(self.norm2(x))

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.blocks = nn.ModuleList([Block() for _ in range(2)])
            self.classifier = nn.Linear(8, 3)

        def forward(self, x):
            for blk in self.blocks:
                x = blk(x)
            return self.classifier(x.mean(dim=1))

    return Net()
