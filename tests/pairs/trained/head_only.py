"""The Torch optimizer was given the parameters of the head alone, the Keras model trains everything, and clips."""

INPUTS = ["6"]
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["optimizer-left-out"], "keras": ["optimizer"], "torch": ["optimizer"]},
        {"rules": ["clipping-one-side"], "keras": ["optimizer"], "torch": ["optimizer"]},
    ],
}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential([keras.Input((6,)), layers.Dense(8, activation="relu"), layers.Dense(3)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return model, keras.optimizers.SGD(0.1, global_clipnorm=0.05), loss


def torch_model():
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 3))
    return model, torch.optim.SGD(model[2].parameters(), 0.1), nn.CrossEntropyLoss()
