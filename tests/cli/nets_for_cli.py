"""Models and non-models that a user might point the command at."""

import os
import signal

number = 3


def keras_net():
    from keras import Input, Model, layers

    features = Input((6,), name="features")
    return Model(
        features, layers.Dense(3, name="head")(layers.ReLU(name="relu")(layers.Dense(4, name="dense")(features)))
    )


def torch_net():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.dense, self.relu, self.head = nn.Linear(6, 4), nn.ReLU(), nn.Linear(4, 3)

        def forward(self, features):
            return self.head(self.relu(self.dense(features)))

    return Net()


def renamed_torch_net():
    from torch import nn

    return nn.Sequential(nn.Linear(6, 4), nn.ReLU(), nn.Linear(4, 3))


def nothing():
    return None


def raises():
    raise RuntimeError("no weights here")


def killed():
    os.kill(os.getpid(), signal.SIGKILL)


def killed_in_forward():
    from torch import nn

    class Net(type(torch_net())):
        def forward(self, features):
            print("last words of the torch side", flush=True)
            os.kill(os.getpid(), signal.SIGKILL)

    assert issubclass(Net, nn.Module)
    return Net()
