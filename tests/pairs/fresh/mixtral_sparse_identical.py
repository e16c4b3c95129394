"""Mixture of experts: Keras computes every expert and weighs it, PyTorch routes tokens and adds with index_add_."""

INPUTS = ("6x12",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class Expert(layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.w1 = layers.Dense(16, use_bias=False, name="w1")
            self.w2 = layers.Dense(12, use_bias=False, name="w2")
            self.w3 = layers.Dense(16, use_bias=False, name="w3")

        def call(self, x):
            return self.w2(ops.silu(self.w1(x)) * self.w3(x))

    class Mixture(layers.Layer):
        def __init__(self, experts=4, chosen=2, **kwargs):
            super().__init__(**kwargs)
            self.count, self.chosen = experts, chosen
            self.router = layers.Dense(experts, use_bias=False, name="router")
            self.experts = [Expert(name=f"expert_{i}") for i in range(experts)]

        def call(self, x):
            scores = self.router(x)
            best, which = ops.top_k(scores, self.chosen)
            weights = ops.softmax(best, axis=-1)  # of the chosen alone
            dense = ops.sum(ops.one_hot(which, self.count, dtype=x.dtype) * weights[..., None], axis=-2)
            each = ops.stack([expert(x) for expert in self.experts], axis=-2)
            return ops.einsum("bte,bted->btd", dense, each)

    tokens = keras.Input((6, 12), name="tokens")
    x = layers.LayerNormalization(epsilon=1e-5, name="norm")(tokens)
    x = layers.Add(name="residual")([tokens, Mixture(name="mixture")(x)])
    return keras.Model(tokens, layers.Dense(5, name="head")(x))


def torch_model():
    import torch
    from torch import nn
    from torch.nn import functional as F

    class BlockSparseTop2MLP(nn.Module):
        def __init__(self, hidden_dim, ffn_dim):
            super().__init__()
            self.w1 = nn.Linear(hidden_dim, ffn_dim, bias=False)
            self.w2 = nn.Linear(ffn_dim, hidden_dim, bias=False)
            self.w3 = nn.Linear(hidden_dim, ffn_dim, bias=False)
            self.act_fn = nn.SiLU()

        def forward(self, hidden_states):
            return self.w2(self.act_fn(self.w1(hidden_states)) * self.w3(hidden_states))

    class SparseMoeBlock(nn.Module):
        def __init__(self, hidden_dim=12, ffn_dim=16, num_experts=4, top_k=2):
            super().__init__()
            self.num_experts, self.top_k = num_experts, top_k
            self.gate = nn.Linear(hidden_dim, num_experts, bias=False)
            self.experts = nn.ModuleList([BlockSparseTop2MLP(hidden_dim, ffn_dim) for _ in range(num_experts)])

        def forward(self, hidden_states):
            shape = hidden_states.shape
            hidden_states = hidden_states.view(-1, shape[-1])
            routing_weights = F.softmax(self.gate(hidden_states), dim=1)
            routing_weights, selected_experts = torch.topk(routing_weights, self.top_k, dim=-1)
            routing_weights = routing_weights / routing_weights.sum(dim=-1, keepdim=True)
            final = torch.zeros_like(hidden_states)
            expert_mask = F.one_hot(selected_experts, num_classes=self.num_experts).permute(2, 1, 0)
            for expert_idx, expert_layer in enumerate(self.experts):
                idx, top_x = torch.where(expert_mask[expert_idx])
                current = expert_layer(hidden_states[top_x]) * routing_weights[top_x, idx, None]
                final.index_add_(0, top_x, current)
            return final.view(shape)

    class Layer(nn.Module):
        def __init__(self):
            super().__init__()
            self.post_attention_layernorm = nn.LayerNorm(12)
            self.block_sparse_moe = SparseMoeBlock()
            self.lm_head = nn.Linear(12, 5)

        def forward(self, x):
            return self.lm_head(x + self.block_sparse_moe(self.post_attention_layernorm(x)))

    return Layer()
