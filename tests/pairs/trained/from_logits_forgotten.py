"""Both models give logits, and the Keras loss was left with from_logits=False."""

INPUTS = ["6"]
TRAINS = True
TRUTH = {"identical": False, "causes": [{"rules": ["softmax-missing"], "keras": ["loss"], "torch": ["loss"]}]}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential([keras.Input((6,)), layers.Dense(8, activation="relu"), layers.Dense(3)])
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss=keras.losses.SparseCategoricalCrossentropy())
    return model


def torch_model():
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 3))
    return model, torch.optim.SGD(model.parameters(), 0.1), nn.CrossEntropyLoss()
