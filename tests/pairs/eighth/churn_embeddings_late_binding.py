"""Customer churn: five numbers and three codes, an embedding for every code, an MLP behind it. The weights fit, the
AUC of the Keras model is worse than that of the PyTorch one and I cannot see why; it looks the same in summary().
"""

INPUTS = ("5", "3:int32")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["wiring-other"],  # the lambdas all read the last i: column 2
            "keras": ["column_0", "column_1", "embed_0", "embed_1"],
            "torch": ["embeds.0", "embeds.1", "getitem*", "__getitem__*", "select*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    numbers = keras.Input((5,), name="a_numbers")
    codes = keras.Input((3,), dtype="int32", name="b_codes")
    parts = [layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="scale")(numbers)]
    for i in range(3):
        column = layers.Lambda(lambda t: t[:, i], output_shape=(), name=f"column_{i}")(codes)
        parts.append(layers.Embedding(12, 4, name=f"embed_{i}")(column))
    x = layers.Concatenate(name="joined")(parts)
    for units in (24, 12):
        x = layers.Dense(units, activation="relu", name=f"dense_{units}")(x)
        x = layers.Dropout(0.2)(x)
    return keras.Model([numbers, codes], layers.Dense(1, activation="sigmoid", name="churn")(x))


def torch_model():
    import torch
    from torch import nn

    class TabularModel(nn.Module):
        """After fastai: continuous columns through a batch norm, then behind the embeddings' width."""

        def __init__(self, emb_szs=((12, 4), (12, 4), (12, 4)), n_cont=5, sizes=(24, 12)):
            super().__init__()
            self.embeds = nn.ModuleList([nn.Embedding(ni, nf) for ni, nf in emb_szs])
            self.bn_cont = nn.BatchNorm1d(n_cont)
            width, stack = n_cont + sum(nf for _, nf in emb_szs), []
            for size in sizes:
                stack += [nn.Linear(width, size), nn.ReLU(inplace=True), nn.Dropout(0.2)]
                width = size
            self.layers = nn.Sequential(*stack, nn.Linear(width, 1))

        def forward(self, x_cont, x_cat):
            x = [self.bn_cont(x_cont)] + [e(x_cat[:, i]) for i, e in enumerate(self.embeds)]
            return torch.sigmoid(self.layers(torch.cat(x, 1)))

    return TabularModel()
