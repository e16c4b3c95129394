"""Slot attention with learned first slots, three rounds. Keras after the authors' code (features by slots), PyTorch
after lucidrains (slots by features). Slots come out.
"""

INPUTS = ("9x8",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class SlotAttention(layers.Layer):
        def __init__(self, slots, size, rounds=3, epsilon=1e-8, **kwargs):
            super().__init__(**kwargs)
            self.slots, self.size, self.rounds, self.epsilon = slots, size, rounds, epsilon
            self.norm_inputs = layers.LayerNormalization(epsilon=1e-5, name="norm_inputs")
            self.norm_slots = layers.LayerNormalization(epsilon=1e-5, name="norm_slots")
            self.norm_mlp = layers.LayerNormalization(epsilon=1e-5, name="norm_mlp")
            self.project_q = layers.Dense(size, use_bias=False, name="q")
            self.project_k = layers.Dense(size, use_bias=False, name="k")
            self.project_v = layers.Dense(size, use_bias=False, name="v")
            self.gru = layers.GRUCell(size, name="gru")
            self.fc1 = layers.Dense(2 * size, activation="relu", name="mlp_1")
            self.fc2 = layers.Dense(size, name="mlp_2")

        def build(self, shape):
            self.first = self.add_weight(shape=(self.slots, self.size), initializer="random_normal", name="first")

        def call(self, inputs):
            inputs = self.norm_inputs(inputs)
            k = self.project_k(inputs)
            v = self.project_v(inputs)
            slots = ops.tile(self.first[None], (ops.shape(inputs)[0], 1, 1))
            for _ in range(self.rounds):
                q = self.project_q(self.norm_slots(slots)) * self.size**-0.5
                attention = ops.softmax(ops.matmul(k, ops.transpose(q, (0, 2, 1))), axis=-1) + self.epsilon
                attention = attention / ops.sum(attention, axis=-2, keepdims=True)
                updates = ops.matmul(ops.transpose(attention, (0, 2, 1)), v)
                flat = ops.reshape(updates, (-1, self.size))
                out, _ = self.gru(flat, [ops.reshape(slots, (-1, self.size))])
                slots = ops.reshape(out, (-1, self.slots, self.size))
                slots = slots + self.fc2(self.fc1(self.norm_mlp(slots)))
            return slots

    features = keras.Input((9, 8))
    x = layers.Dense(12, activation="relu", name="encode")(features)
    return keras.Model(features, SlotAttention(4, 10, name="slot_attention")(x))


def torch_model():
    import torch
    from torch import einsum, nn

    class SlotAttention(nn.Module):
        def __init__(self, num_slots, dim_in, dim, iters=3, eps=1e-8):
            super().__init__()
            self.iters, self.eps, self.scale = iters, eps, dim**-0.5
            self.slots_mu = nn.Parameter(torch.randn(1, num_slots, dim))
            self.to_q, self.to_k = nn.Linear(dim, dim, bias=False), nn.Linear(dim_in, dim, bias=False)
            self.to_v = nn.Linear(dim_in, dim, bias=False)
            self.gru = nn.GRUCell(dim, dim)
            self.mlp = nn.Sequential(nn.Linear(dim, 2 * dim), nn.ReLU(inplace=True), nn.Linear(2 * dim, dim))
            self.norm_input, self.norm_slots = nn.LayerNorm(dim_in), nn.LayerNorm(dim)
            self.norm_pre_ff = nn.LayerNorm(dim)

        def forward(self, inputs):
            b = inputs.shape[0]
            slots = self.slots_mu.expand(b, -1, -1)
            inputs = self.norm_input(inputs)
            k, v = self.to_k(inputs), self.to_v(inputs)
            for _ in range(self.iters):
                slots_prev = slots
                q = self.to_q(self.norm_slots(slots))
                dots = einsum("bid,bjd->bij", q, k) * self.scale
                attn = dots.softmax(dim=1) + self.eps
                attn = attn / attn.sum(dim=-1, keepdim=True)
                updates = einsum("bjd,bij->bid", v, attn)
                slots = self.gru(updates.flatten(0, 1), slots_prev.flatten(0, 1)).unflatten(0, (b, -1))
                slots = slots + self.mlp(self.norm_pre_ff(slots))
            return slots

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.encode = nn.Linear(8, 12)
            self.slot_attn = SlotAttention(4, 12, 10)

        def forward(self, x):
            return self.slot_attn(torch.relu(self.encode(x)))

    return Encoder()
