"""Both models end in a softmax; CrossEntropyLoss applies another, and the loss sticks above 0.5.

MicrosoftDocs/ml-basics issue 48.
"""

INPUTS = ["6"]
TRAINS = True
TRUTH = {"identical": False, "causes": [{"rules": ["softmax-twice"], "keras": ["loss"], "torch": ["loss"]}]}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(
        [keras.Input((6,)), layers.Dense(8, activation="relu"), layers.Dense(3, activation="softmax")]
    )
    return model, keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy"


def torch_model():
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 3), nn.Softmax(dim=1))
    return model, torch.optim.SGD(model.parameters(), 0.1), nn.CrossEntropyLoss()
