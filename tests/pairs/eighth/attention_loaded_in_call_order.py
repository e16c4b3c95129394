"""Event classifier with one attention block, weights taken from Keras. keras' layer is called (query, value, key), so I
stacked in_proj_weight in that order; everything loads.
"""

INPUTS = ("8x12",)
OWN_WEIGHTS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["attention-packed-projection", "weights-by-position", "split-order"],
            "keras": ["self_attention"],
            "torch": ["attn"],
        }
    ],
}


def trained():
    import numpy as np

    rng = np.random.default_rng(52)
    draw = lambda *shape: rng.normal(size=shape, scale=0.35).astype("float32")  # noqa: E731
    projections = {name: (draw(12, 3, 4), draw(3, 4)) for name in ("query", "key", "value")}
    attention = {**projections, "output": (draw(3, 4, 12), draw(12))}
    norm = 1 + draw(12), draw(12)
    return attention, norm, (draw(12, 6), draw(6))


def keras_model():
    import keras
    from keras import layers

    events = keras.Input((8, 12))
    attention, norm, dense = trained()
    heads = layers.MultiHeadAttention(num_heads=3, key_dim=4, name="self_attention")
    x = layers.LayerNormalization(epsilon=1e-5, name="norm")(events + heads(events, events))
    x = layers.GlobalMaxPooling1D(name="pool")(x)
    model = keras.Model(events, layers.Dense(6, name="classes")(x))
    heads.set_weights([array for name in ("query", "key", "value", "output") for array in attention[name]])
    model.get_layer("norm").set_weights(norm)
    model.get_layer("classes").set_weights(dense)
    return model


def torch_model():
    import numpy as np
    import torch
    from torch import nn

    class EventNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.attn = nn.MultiheadAttention(12, 3, batch_first=True)
            self.ln = nn.LayerNorm(12)
            self.fc = nn.Linear(12, 6)

        def forward(self, x):
            y, _ = self.attn(x, x, x, need_weights=False)
            return self.fc(self.ln(x + y).amax(dim=1))

    attention, norm, dense = trained()
    order = ("query", "value", "key")
    kernels = np.concatenate([attention[name][0].reshape(12, 12).T for name in order])
    biases = np.concatenate([attention[name][1].reshape(12) for name in order])
    arrays = {
        "attn.in_proj_weight": kernels,
        "attn.in_proj_bias": biases,
        "attn.out_proj.weight": attention["output"][0].reshape(12, 12).T,
        "attn.out_proj.bias": attention["output"][1],
        "ln.weight": norm[0],
        "ln.bias": norm[1],
        "fc.weight": dense[0].T,
        "fc.bias": dense[1],
    }
    net = EventNet()
    net.load_state_dict({name: torch.from_numpy(np.ascontiguousarray(array)) for name, array in arrays.items()})
    return net
