"""Customer churn from categories and numbers: same layers, same optimizer, I even copied momentum and epsilon of the
batch norms, but the validation accuracy of the PyTorch model jumps up and down from epoch to epoch.
"""

INPUTS = ("5:int32", "8")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-momentum"],
            "keras": ["numbers_bn", "bn_*"],
            "torch": ["bn_num", "mlp.1", "mlp.5"],
            "visible": False,
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    categories = keras.Input((5,), dtype="int32", name="categories")
    numbers = keras.Input((8,), name="numbers")
    e = layers.Embedding(24, 4, name="category_table")(categories)
    e = layers.Flatten(name="category_row")(e)
    n = layers.BatchNormalization(name="numbers_bn")(numbers)
    x = layers.Concatenate(name="row")([e, n])
    for i, (units, rate) in enumerate([(32, 0.3), (16, 0.2)]):
        x = layers.Dense(units, name=f"dense_{i}")(x)
        x = layers.BatchNormalization(name=f"bn_{i}")(x)
        x = layers.ReLU(name=f"relu_{i}")(x)
        x = layers.Dropout(rate, name=f"dropout_{i}")(x)
    return keras.Model([categories, numbers], layers.Dense(1, activation="sigmoid", name="churn")(x))


def torch_model():
    import torch
    from torch import nn

    bn = {"eps": 0.001, "momentum": 0.99}

    class ChurnNet(nn.Module):
        def __init__(self, n_levels=24, n_fields=5, dim=4, n_num=8, layers=((32, 0.3), (16, 0.2))):
            super().__init__()
            self.emb = nn.Embedding(n_levels, dim)
            self.bn_num = nn.BatchNorm1d(n_num, **bn)
            width, mlp = n_fields * dim + n_num, []
            for units, p in layers:
                mlp += [nn.Linear(width, units), nn.BatchNorm1d(units, **bn), nn.ReLU(), nn.Dropout(p)]
                width = units
            self.mlp = nn.Sequential(*mlp, nn.Linear(width, 1), nn.Sigmoid())

        def forward(self, x_cat, x_num):
            x = torch.cat((self.emb(x_cat).flatten(1), self.bn_num(x_num)), dim=1)
            return self.mlp(x)

    return ChurnNet()
