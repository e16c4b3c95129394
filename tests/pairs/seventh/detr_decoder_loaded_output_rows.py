"""A DETR decoder layer, trained in Keras and loaded into nn.MultiheadAttention by hand.

Queries, keys and values arrive. attention_output is (heads, size, width) in Keras; I moved the width to the
front and flattened (size, heads) where the rows run over (heads, size).
"""

INPUTS = ("5x12", "9x12")
OWN_WEIGHTS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["attention-packed-projection", "dense-kernel-transposed", "reshape-order", "weights-by-position"],
            "keras": ["self_attention*", "cross_attention*"],
            "torch": ["self_attn*", "multihead_attn*"],
        }
    ],
    "first": {"keras": ["self_attention*"], "torch": ["self_attn*"]},
}

HEADS = 3
SIZE = 4
WIDTH = 12


def trained():
    import numpy as np

    rng = np.random.default_rng(11)

    def attention():
        parts = []
        for _ in range(3):
            parts += [rng.normal(size=(WIDTH, HEADS, SIZE), scale=0.3), rng.normal(size=(HEADS, SIZE), scale=0.1)]
        return [*parts, rng.normal(size=(HEADS, SIZE, WIDTH), scale=0.3), rng.normal(size=WIDTH, scale=0.1)]

    def norm():
        return [rng.uniform(0.8, 1.2, WIDTH), rng.normal(size=WIDTH, scale=0.1)]

    def dense(a, b):
        return [rng.normal(size=(a, b), scale=0.3), rng.normal(size=b, scale=0.1)]

    parts = {"self": attention(), "norm1": norm(), "cross": attention(), "norm2": norm()}
    return parts | {"up": dense(WIDTH, 20), "down": dense(20, WIDTH), "norm3": norm()}


def keras_model():
    import keras
    from keras import layers

    queries, memory = keras.Input((5, WIDTH), name="queries"), keras.Input((9, WIDTH), name="memory")
    self_attention = layers.MultiHeadAttention(HEADS, SIZE, name="self_attention")
    cross_attention = layers.MultiHeadAttention(HEADS, SIZE, name="cross_attention")
    norms = [layers.LayerNormalization(epsilon=1e-5, name=f"norm{i}") for i in (1, 2, 3)]
    up, down = layers.Dense(20, activation="relu", name="up"), layers.Dense(WIDTH, name="down")
    x = norms[0](queries + self_attention(queries, queries))
    x = norms[1](x + cross_attention(x, memory))
    model = keras.Model([queries, memory], norms[2](x + down(up(x))))
    weights = trained()
    owners = {"self": self_attention, "cross": cross_attention, "up": up, "down": down}
    owners |= {f"norm{i + 1}": norm for i, norm in enumerate(norms)}
    for name, layer in owners.items():
        layer.set_weights(weights[name])
    return model


def torch_model():
    import numpy as np
    import torch
    from torch import nn

    class DecoderLayer(nn.Module):
        def __init__(self):
            super().__init__()
            self.self_attn = nn.MultiheadAttention(WIDTH, HEADS, batch_first=True)
            self.multihead_attn = nn.MultiheadAttention(WIDTH, HEADS, batch_first=True)
            self.linear1, self.linear2 = nn.Linear(WIDTH, 20), nn.Linear(20, WIDTH)
            self.norm1, self.norm2, self.norm3 = (nn.LayerNorm(WIDTH) for _ in range(3))

        def forward(self, tgt, memory):
            tgt = self.norm1(tgt + self.self_attn(tgt, tgt, tgt)[0])
            tgt = self.norm2(tgt + self.multihead_attn(tgt, memory, memory, need_weights=False)[0])
            return self.norm3(tgt + self.linear2(torch.relu(self.linear1(tgt))))

    def convert(weights):
        state = {}
        for ours, theirs in (("self", "self_attn"), ("cross", "multihead_attn")):
            qk, qb, kk, kb, vk, vb, ok, ob = weights[ours]
            state[f"{theirs}.in_proj_weight"] = np.concatenate([w.reshape(WIDTH, -1).T for w in (qk, kk, vk)])
            state[f"{theirs}.in_proj_bias"] = np.concatenate([b.reshape(-1) for b in (qb, kb, vb)])
            state[f"{theirs}.out_proj.weight"] = ok.T.reshape(WIDTH, -1)
            state[f"{theirs}.out_proj.bias"] = ob
        for ours, theirs in (("up", "linear1"), ("down", "linear2")):
            kernel, state[f"{theirs}.bias"] = weights[ours]
            state[f"{theirs}.weight"] = kernel.T
        for i in (1, 2, 3):
            state[f"norm{i}.weight"], state[f"norm{i}.bias"] = weights[f"norm{i}"]
        return {name: torch.from_numpy(np.ascontiguousarray(array)).float() for name, array in state.items()}

    net = DecoderLayer()
    net.load_state_dict(convert(trained()))
    return net
