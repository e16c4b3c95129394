"""Class weights in both; Keras divides by the batch size, CrossEntropyLoss(weight=) by the sum of the weights."""

INPUTS = ["6"]
TRAINS = True
TRUTH = {"identical": False, "causes": [{"rules": ["loss-class-weights"], "keras": ["loss"], "torch": ["loss"]}]}
WEIGHTS = [0.2, 1.0, 3.0]


def keras_model():
    import keras
    from keras import layers, ops

    def weighted(y_true, y_pred):
        labels = ops.cast(ops.reshape(y_true, (-1,)), "int32")
        each = keras.losses.sparse_categorical_crossentropy(labels, y_pred, from_logits=True)
        return each * ops.take(ops.convert_to_tensor(WEIGHTS, dtype=y_pred.dtype), labels)

    model = keras.Sequential([keras.Input((6,)), layers.Dense(8, activation="relu"), layers.Dense(3)])
    return model, keras.optimizers.SGD(0.1), weighted


def torch_model():
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 3))
    loss = nn.CrossEntropyLoss(weight=torch.tensor(WEIGHTS))
    return model, torch.optim.SGD(model.parameters(), 0.1), loss
