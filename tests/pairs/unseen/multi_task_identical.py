"""Multi-task CNN with three outputs: dict of outputs in Keras, ModuleDict of heads in PyTorch."""

INPUTS = ("20x20x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((20, 20, 3), name="face")
    x = layers.Rescaling(1.0 / 255)(inputs)
    for filters in (6, 8):
        x = layers.Conv2D(filters, 3, activation="elu")(x)
        x = layers.MaxPooling2D()(x)
    x = layers.Flatten()(x)
    x = layers.Dense(16, activation="relu", name="trunk")(x)
    x = layers.Dropout(0.5)(x)
    age = layers.Dense(1, activation="softplus", name="age")(layers.Dense(6, activation="relu")(x))
    gender = layers.Dense(1, activation="sigmoid", name="gender")(x)
    emotion = layers.Dense(4, activation="softmax", name="emotion")(x)
    return keras.Model(inputs, {"age": age, "gender": gender, "emotion": emotion})


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class MultiTask(nn.Module):
        def __init__(self):
            super().__init__()
            self.c1 = nn.Conv2d(3, 6, 3)
            self.c2 = nn.Conv2d(6, 8, 3)
            self.trunk = nn.Linear(8 * 3 * 3, 16)
            self.heads = nn.ModuleDict(
                {
                    "age": nn.Sequential(nn.Linear(16, 6), nn.ReLU(), nn.Linear(6, 1), nn.Softplus()),
                    "gender": nn.Sequential(nn.Linear(16, 1), nn.Sigmoid()),
                    "emotion": nn.Sequential(nn.Linear(16, 4), nn.Softmax(dim=1)),
                }
            )

        def forward(self, x):
            x = F.max_pool2d(F.elu(self.c1(x / 255)), 2)
            x = F.max_pool2d(F.elu(self.c2(x)), 2)
            x = F.relu(self.trunk(torch.flatten(x, 1)))
            x = F.dropout(x, 0.5, self.training)
            return {name: head(x) for name, head in self.heads.items()}

    return MultiTask()
