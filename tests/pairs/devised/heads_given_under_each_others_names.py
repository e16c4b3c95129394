"""Start and end logits in a dictionary, each head given under the name of the other in PyTorch."""

INPUTS = ["8x8x3"]
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["output-order"], "keras": ["start", "end"], "torch": ["start", "end"]}],
}


def keras_model():
    import keras
    from keras import layers

    i = keras.Input((8, 8, 3))
    x = layers.GlobalAveragePooling2D()(layers.Conv2D(6, 3, activation="relu", name="c")(i))
    return keras.Model(i, {"start": layers.Dense(3, name="start")(x), "end": layers.Dense(3, name="end")(x)})


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.c = nn.Conv2d(3, 6, 3)
            self.start = nn.Linear(6, 3)
            self.end = nn.Linear(6, 3)

        def forward(self, x):
            x = F.relu(self.c(x)).mean((2, 3))
            return {"start": self.end(x), "end": self.start(x)}

    return M()
