"""BiLSTM tagger: I read the groups of the h5 file as h5py lists them, and backward comes before forward."""

INPUTS = ("7:int32",)
OWN_WEIGHTS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["bidirectional-order", "weights-by-position"],
            "keras": ["bidirectional*"],
            "torch": ["lstm"],
        }
    ],
}


def h5_file():
    """{group: {dataset: array}}, like the file that model.save_weights wrote."""
    import numpy as np

    rng = np.random.default_rng(8)

    def draw(*shape):
        return rng.normal(size=shape, scale=0.5).astype("float32")

    def lstm():
        return {"kernel": draw(6, 20), "recurrent_kernel": draw(5, 20), "bias": draw(20)}

    return {
        "embedding": {"embeddings": draw(15, 6)},
        "bidirectional": {"forward_lstm": lstm(), "backward_lstm": lstm()},
        "dense": {"kernel": draw(10, 4), "bias": draw(4)},
    }


def keras_model():
    import keras
    from keras import layers

    tokens = keras.Input((7,), dtype="int32")
    x = layers.Embedding(15, 6, name="embedding")(tokens)
    x = layers.Bidirectional(layers.LSTM(5, return_sequences=True), name="bidirectional")(x)
    tagger = keras.Model(tokens, layers.Dense(4, activation="softmax", name="dense")(x))
    saved = h5_file()
    tagger.get_layer("embedding").set_weights(list(saved["embedding"].values()))
    directions = saved["bidirectional"]
    tagger.get_layer("bidirectional").forward_layer.set_weights(list(directions["forward_lstm"].values()))
    tagger.get_layer("bidirectional").backward_layer.set_weights(list(directions["backward_lstm"].values()))
    tagger.get_layer("dense").set_weights(list(saved["dense"].values()))
    return tagger


def torch_model():
    import torch
    from torch import nn

    class Tagger(nn.Module):
        def __init__(self):
            super().__init__()
            self.emb = nn.Embedding(15, 6)
            self.lstm = nn.LSTM(6, 5, bidirectional=True, batch_first=True)
            self.hidden2tag = nn.Linear(10, 4)

        def forward(self, sentence):
            return torch.softmax(self.hidden2tag(self.lstm(self.emb(sentence))[0]), -1)

    net, saved = Tagger(), h5_file()
    state = {"emb.weight": torch.tensor(saved["embedding"]["embeddings"])}
    groups = [saved["bidirectional"][name] for name in sorted(saved["bidirectional"])]
    for suffix, group in zip(("l0", "l0_reverse"), groups, strict=True):
        state[f"lstm.weight_ih_{suffix}"] = torch.tensor(group["kernel"].T)
        state[f"lstm.weight_hh_{suffix}"] = torch.tensor(group["recurrent_kernel"].T)
        state[f"lstm.bias_ih_{suffix}"] = torch.tensor(group["bias"])
        state[f"lstm.bias_hh_{suffix}"] = torch.zeros(20)
    state["hidden2tag.weight"] = torch.tensor(saved["dense"]["kernel"].T)
    state["hidden2tag.bias"] = torch.tensor(saved["dense"]["bias"])
    net.load_state_dict(state)
    return net
