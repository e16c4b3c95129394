"""Two branches of one shape: weights copied in the order of model.weights, which is not that of my attributes."""

INPUTS = ("9",)
OWN_WEIGHTS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["weights-by-position", "weights-never-loaded"],
            "keras": ["policy", "value"],
            "torch": ["policy", "value"],
        }
    ],
}


def trained():
    import numpy as np

    rng = np.random.default_rng(14)
    shapes = ((9, 6), (6,), (6, 4), (4,), (6, 4), (4,))
    return [rng.normal(size=shape, scale=0.4).astype("float32") for shape in shapes]


def keras_model():
    import keras
    from keras import layers

    state = keras.Input((9,), name="state")
    x = layers.Dense(6, activation="tanh", name="trunk")(state)
    outputs = {name: layers.Dense(4, name=name)(x) for name in ("policy", "value")}
    model = keras.Model(state, outputs)
    for layer, (kernel, bias) in zip(("trunk", "policy", "value"), _pairs(trained()), strict=True):
        model.get_layer(layer).set_weights([kernel, bias])
    return model


def torch_model():
    import torch
    from torch import nn

    class ActorCritic(nn.Module):
        def __init__(self):
            super().__init__()
            self.trunk = nn.Linear(9, 6)
            self.value = nn.Linear(6, 4)
            self.policy = nn.Linear(6, 4)

        def forward(self, state):
            x = torch.tanh(self.trunk(state))
            return {"policy": self.policy(x), "value": self.value(x)}

    net = ActorCritic()
    with torch.no_grad():
        for parameter, array in zip(net.parameters(), trained(), strict=True):
            parameter.copy_(torch.from_numpy(array.T))
    return net


def _pairs(arrays):
    return zip(arrays[::2], arrays[1::2], strict=True)
