"""My causal convolution pads behind the steps."""

INPUTS = ("12x5",)
TRUTH = {"identical": False, "causes": [{"rules": ["causal-padding"], "keras": ["*"], "torch": ["*"]}]}


def keras_model():
    import keras
    from keras import layers

    x = keras.Input((12, 5), name="x")
    h = layers.Conv1D(8, 3, padding="causal", activation="relu", name="c")(x)
    h = layers.MaxPooling1D(2, name="p")(h)
    y = layers.LSTM(6, name="lstm")(h)
    return keras.Model(x, layers.Dense(3, name="out")(y))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.c = nn.Conv1d(5, 8, 3)
            self.lstm = nn.LSTM(8, 6, batch_first=True)
            self.out = nn.Linear(6, 3)

        def forward(self, x):
            h = F.relu(self.c(F.pad(x.transpose(1, 2), (0, 2))))
            h = F.max_pool1d(h, 2).transpose(1, 2)
            return self.out(self.lstm(h)[0][:, -1])

    return Net()
