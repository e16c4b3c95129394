"""Two heads of one size, and the softmax of one of them is on the other in PyTorch."""

INPUTS = ["8x8x3"]
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["softmax-twice", "activation-other"], "keras": ["right"], "torch": ["softmax*"]},
        {"rules": ["softmax-missing", "activation-other"], "keras": ["left"], "torch": ["left"]},
    ],
}


def keras_model():
    import keras
    from keras import layers

    i = keras.Input((8, 8, 3))
    x = layers.GlobalAveragePooling2D()(layers.Conv2D(6, 3, activation="relu", name="c")(i))
    return keras.Model(
        i, {"left": layers.Dense(3, activation="softmax", name="left")(x), "right": layers.Dense(3, name="right")(x)}
    )


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.c = nn.Conv2d(3, 6, 3)
            self.left = nn.Linear(6, 3)
            self.right = nn.Linear(6, 3)

        def forward(self, x):
            x = F.relu(self.c(x)).mean((2, 3))
            return {"left": self.left(x), "right": self.right(x).softmax(-1)}

    return M()
