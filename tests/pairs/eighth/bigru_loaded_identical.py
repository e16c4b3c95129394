"""Names and languages with a bidirectional GRU, trained in Keras; an exported dictionary fills the PyTorch module:
gates r, z, n instead of z, r, h, both biases, the backward direction as _reverse.
"""

INPUTS = ("8:int32",)
OWN_WEIGHTS = True
TRUTH = {"identical": True}


def trained():
    import numpy as np

    rng = np.random.default_rng(81)
    draw = lambda *shape: rng.normal(size=shape, scale=0.5).astype("float32")  # noqa: E731
    weights = {"characters": [draw(30, 6)]}
    for direction in ("forward", "backward"):
        weights[direction] = [draw(6, 21), draw(7, 21), draw(2, 21)]
    weights["language"] = [draw(14, 5), draw(5)]
    return weights


def keras_model():
    from keras import Sequential, layers

    model = Sequential(
        [
            layers.Input((8,), dtype="int32"),
            layers.Embedding(30, 6, name="characters"),
            layers.Bidirectional(layers.GRU(7), name="both_ways"),
            layers.Dense(5, activation="softmax", name="language"),
        ]
    )
    weights = trained()
    model.get_layer("characters").set_weights(weights["characters"])
    model.get_layer("both_ways").forward_layer.set_weights(weights["forward"])
    model.get_layer("both_ways").backward_layer.set_weights(weights["backward"])
    model.get_layer("language").set_weights(weights["language"])
    return model


def torch_model():
    import torch
    from torch import nn

    class NameClassifier(nn.Module):
        def __init__(self):
            super().__init__()
            self.emb = nn.Embedding(30, 6)
            self.rnn = nn.GRU(6, 7, batch_first=True, bidirectional=True)
            self.out = nn.Linear(14, 5)

        def forward(self, x):
            _, h = self.rnn(self.emb(x))
            return self.out(torch.cat([h[0], h[1]], dim=-1)).softmax(-1)

    def gates(array):
        z, r, n = torch.from_numpy(array).split(7, dim=-1)
        return torch.cat([r, z, n], dim=-1)

    weights = trained()
    state = {"emb.weight": torch.from_numpy(weights["characters"][0])}
    for direction, suffix in (("forward", "l0"), ("backward", "l0_reverse")):
        kernel, recurrent, bias = map(gates, weights[direction])
        state[f"rnn.weight_ih_{suffix}"] = kernel.T
        state[f"rnn.weight_hh_{suffix}"] = recurrent.T
        state[f"rnn.bias_ih_{suffix}"], state[f"rnn.bias_hh_{suffix}"] = bias
    state["out.weight"] = torch.from_numpy(weights["language"][0]).T
    state["out.bias"] = torch.from_numpy(weights["language"][1])
    net = NameClassifier()
    net.load_state_dict(state)
    return net
