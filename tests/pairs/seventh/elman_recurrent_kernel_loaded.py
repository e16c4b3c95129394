"""Elman network of temperatures, weights of the Keras model loaded into nn.RNN. kernel and dense are transposed, the
recurrent one is square and fitted as it was.
"""

INPUTS = ("14x4",)
OWN_WEIGHTS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["dense-kernel-transposed", "weights-by-position", "weights-never-loaded"],
            "keras": ["elman"],
            "torch": ["rnn"],
        }
    ],
}


def saved():
    import numpy as np

    rng = np.random.default_rng(1990)
    shapes = {
        "elman": [(4, 10), (10, 10), (10,)],
        "dense": [(10, 6), (6,)],
        "temperature": [(6, 2), (2,)],
    }
    return {
        name: [rng.normal(scale=0.35, size=shape).astype("float32") for shape in parts]
        for name, parts in shapes.items()
    }


def keras_model():
    import keras
    from keras import layers

    series = keras.Input((14, 4), name="series")
    x = layers.SimpleRNN(10, name="elman")(series)
    x = layers.Dense(6, activation="softsign", name="dense")(x)
    model = keras.Model(series, layers.Dense(2, name="temperature")(x))
    for name, arrays in saved().items():
        model.get_layer(name).set_weights(arrays)
    return model


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Elman(nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn = nn.RNN(4, 10, batch_first=True)
            self.dense = nn.Linear(10, 6)
            self.temperature = nn.Linear(6, 2)

        def forward(self, x):
            out, _ = self.rnn(x)
            return self.temperature(F.softsign(self.dense(out[:, -1])))

    net, weights = Elman(), saved()
    kernel, recurrent, bias = (torch.from_numpy(array) for array in weights["elman"])
    state = {
        "rnn.weight_ih_l0": kernel.T,
        "rnn.weight_hh_l0": recurrent,
        "rnn.bias_ih_l0": bias,
        "rnn.bias_hh_l0": torch.zeros(10),
    }
    for name in ("dense", "temperature"):
        kernel, bias = map(torch.from_numpy, weights[name])
        state |= {f"{name}.weight": kernel.T, f"{name}.bias": bias}
    net.load_state_dict(state)
    return net
