"""Named entities with a BiLSTM, weights read from the Keras file. In the file the backward layer comes first."""

INPUTS = ("9:int32",)
OWN_WEIGHTS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            # the file sorts by name, forward is not first, and the loader thinks it is
            "rules": ["bidirectional-order", "weights-by-position"],
            "keras": ["context*"],
            "torch": ["lstm*"],
        }
    ],
}


def read_file():
    """Groups in alphabetical order, as h5py lists them."""
    import numpy as np

    rng = np.random.default_rng(9)
    shapes = {
        "context/backward_lstm": [(8, 24), (6, 24), (24,)],
        "context/forward_lstm": [(8, 24), (6, 24), (24,)],
        "entities": [(12, 7), (7,)],
        "words": [(45, 8)],
    }
    return {k: [rng.normal(size=s, scale=0.4).astype("float32") for s in v] for k, v in shapes.items()}


def keras_model():
    import keras
    from keras import layers

    words = keras.Input((9,), dtype="int32")
    x = layers.Embedding(45, 8, name="words")(words)
    context = layers.Bidirectional(layers.LSTM(6, return_sequences=True), name="context")
    x = layers.Dropout(0.3)(context(x))
    model = keras.Model(words, layers.Dense(7, name="entities")(x))
    groups = read_file()
    model.get_layer("words").set_weights(groups["words"])
    context.forward_layer.set_weights(groups["context/forward_lstm"])
    context.backward_layer.set_weights(groups["context/backward_lstm"])
    model.get_layer("entities").set_weights(groups["entities"])
    return model


def torch_model():
    import torch
    from torch import nn

    class Tagger(nn.Module):
        def __init__(self):
            super().__init__()
            self.emb = nn.Embedding(45, 8)
            self.lstm = nn.LSTM(8, 6, batch_first=True, bidirectional=True)
            self.drop, self.out = nn.Dropout(0.3), nn.Linear(12, 7)

        def forward(self, x):
            h, _ = self.lstm(self.emb(x))
            return self.out(self.drop(h))

    groups = read_file()
    recurrent = [arrays for name, arrays in groups.items() if "lstm" in name]
    net = Tagger()
    state = {k: torch.zeros_like(v) for k, v in net.state_dict().items()}
    for suffix, (kernel, recurrent_kernel, bias) in zip(("", "_reverse"), recurrent, strict=True):
        state[f"lstm.weight_ih_l0{suffix}"] = torch.tensor(kernel.T)
        state[f"lstm.weight_hh_l0{suffix}"] = torch.tensor(recurrent_kernel.T)
        state[f"lstm.bias_ih_l0{suffix}"] = torch.tensor(bias)
    state["emb.weight"] = torch.tensor(groups["words"][0])
    state["out.weight"], state["out.bias"] = (torch.tensor(a.T) for a in groups["entities"])
    net.load_state_dict(state)
    return net
