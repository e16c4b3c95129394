"""The Keras model ends in a softmax, the PyTorch one returns logits because CrossEntropyLoss wants them."""

INPUTS = ("12",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["softmax-missing", "softmax-twice"], "keras": ["dense_2"], "torch": ["4", ""]},
    ],
}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((12,)),
            layers.Dense(16, activation="relu"),
            layers.Dense(16, activation="relu"),
            layers.Dense(3, activation="softmax"),
        ]
    )


def torch_model():
    from torch import nn

    return nn.Sequential(nn.Linear(12, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 3))
