"""The heads are a dictionary, and the sigmoid that belongs to one of them sits on the other in PyTorch."""

INPUTS = ["8x8x3"]
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["activation-other"], "keras": ["sex"], "torch": ["heads.sex"]},
        {"rules": ["activation-other"], "keras": ["age"], "torch": ["heads.age", "sigmoid*"]},
    ],
}


def keras_model():
    import keras
    from keras import layers

    i = keras.Input((8, 8, 3))
    x = layers.GlobalAveragePooling2D()(layers.Conv2D(6, 3, activation="relu", name="c")(i))
    return keras.Model(
        i, {"age": layers.Dense(1, name="age")(x), "sex": layers.Dense(1, activation="sigmoid", name="sex")(x)}
    )


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.c = nn.Conv2d(3, 6, 3)
            self.heads = nn.ModuleDict({"age": nn.Linear(6, 1), "sex": nn.Linear(6, 1)})

        def forward(self, x):
            x = F.relu(self.c(x)).mean((2, 3))
            out = {k: h(x) for k, h in self.heads.items()}
            out["age"] = out["age"].sigmoid()
            return out

    return M()
