"""Stacked GRU for load forecasting, weights copied: I reordered the gates of the kernels and forgot the biases."""

INPUTS = ("8x3",)
OWN_WEIGHTS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["gru-gate-order", "weights-by-position"],
            "keras": ["gru_0", "gru_1", "gru*"],
            "torch": ["gru", "gru*"],
        }
    ],
}


def trained():
    import numpy as np

    rng = np.random.default_rng(2024)
    layers = []
    for width in (3, 6):
        shapes = ((width, 18), (6, 18), (2, 18))
        layers.append([rng.normal(scale=0.5, size=s).astype(np.float32) for s in shapes])
    head = [rng.normal(scale=0.5, size=s).astype(np.float32) for s in ((6, 2), (2,))]
    return layers, head


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((8, 3)),
            layers.GRU(6, return_sequences=True, name="gru_0"),
            layers.GRU(6, name="gru_1"),
            layers.Dense(2, name="load"),
        ]
    )
    recurrent, head = trained()
    model.get_layer("gru_0").set_weights(recurrent[0])
    model.get_layer("gru_1").set_weights(recurrent[1])
    model.get_layer("load").set_weights(head)
    return model


def torch_model():
    import numpy as np
    import torch
    from torch import nn

    class Forecaster(nn.Module):
        def __init__(self):
            super().__init__()
            self.gru = nn.GRU(3, 6, num_layers=2, batch_first=True)
            self.linear = nn.Linear(6, 2)

        def forward(self, x):
            return self.linear(self.gru(x)[0][:, -1])

    def zrh_to_rzh(kernel):
        z, r, h = np.split(kernel, 3, axis=-1)
        return torch.tensor(np.concatenate([r, z, h], axis=-1).T)

    model = Forecaster()
    recurrent, (kernel, bias) = trained()
    with torch.no_grad():
        for layer, (kernel_x, kernel_h, biases) in enumerate(recurrent):
            getattr(model.gru, f"weight_ih_l{layer}").copy_(zrh_to_rzh(kernel_x))
            getattr(model.gru, f"weight_hh_l{layer}").copy_(zrh_to_rzh(kernel_h))
            getattr(model.gru, f"bias_ih_l{layer}").copy_(torch.tensor(biases[0]))
            getattr(model.gru, f"bias_hh_l{layer}").copy_(torch.tensor(biases[1]))
        model.linear.weight.copy_(torch.tensor(kernel.T))
        model.linear.bias.copy_(torch.tensor(bias))
    return model
