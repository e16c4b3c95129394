"""Three attributes of a face, three Dense(1, sigmoid) heads; a dict of heads in PyTorch."""

INPUTS = ("10",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((10,))
    x = layers.Dense(8, activation="relu")(inputs)
    heads = [layers.Dense(1, activation="sigmoid", name=name)(x) for name in ("smile", "glasses", "beard")]
    return keras.Model(inputs, heads)


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.trunk = nn.Linear(10, 8)
            self.heads = nn.ModuleDict({name: nn.Linear(8, 1) for name in ("smile", "glasses", "beard")})

        def forward(self, x):
            x = torch.relu(self.trunk(x))
            return [torch.sigmoid(head(x)) for head in self.heads.values()]

    return Net()
