"""Label smoothing of 0.1 in the Torch script, none in the Keras one."""

INPUTS = ["6"]
TRAINS = True
TRUTH = {"identical": False, "causes": [{"rules": ["loss-label-smoothing"], "keras": ["loss"], "torch": ["loss"]}]}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential([keras.Input((6,)), layers.Dense(8, activation="relu"), layers.Dense(4)])
    return model, keras.optimizers.SGD(0.1, momentum=0.9), keras.losses.CategoricalCrossentropy(from_logits=True)


def torch_model():
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 4))
    return model, torch.optim.SGD(model.parameters(), 0.1, momentum=0.9), nn.CrossEntropyLoss(label_smoothing=0.1)
