"""xDeepFM: compressed interaction network by einsum and Conv1d(k=1) as in DeepCTR-Torch; in Keras field by field with a
dense layer on the last axis. Half of each level goes on, half is read out (split_half=True).
"""

INPUTS = ("5:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    fields = keras.Input((5,), dtype="int32", name="fields")
    x0 = layers.Embedding(40, 6, name="factors")(fields)
    first_order = layers.Embedding(40, 1, name="weights")(fields)

    hidden, pooled = x0, []
    for level, width in enumerate((8, 6)):
        rows = []
        for h in range(hidden.shape[1]):
            rows.append(hidden[:, h : h + 1] * x0)
        z = ops.transpose(ops.concatenate(rows, axis=1), (0, 2, 1))
        z = layers.Dense(width, activation="relu", name=f"cin_{level}")(z)
        z = ops.transpose(z, (0, 2, 1))
        if level == 0:
            hidden, z = z[:, : width // 2], z[:, width // 2 :]
        pooled.append(ops.sum(z, axis=-1))
    cin = layers.Dense(1, use_bias=False, name="cin_out")(ops.concatenate(pooled, axis=-1))

    deep = layers.Flatten()(x0)
    deep = layers.Dense(16, activation="relu", name="deep_0")(deep)
    deep = layers.Dense(8, activation="relu", name="deep_1")(deep)
    deep = layers.Dense(1, use_bias=False, name="deep_out")(deep)
    logit = ops.sum(first_order, axis=1) + cin + deep
    return keras.Model(fields, ops.sigmoid(logit))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class CIN(nn.Module):
        def __init__(self, field_size, layer_size=(8, 6)):
            super().__init__()
            self.layer_size, self.conv1ds, last = layer_size, nn.ModuleList(), field_size
            for size in layer_size:
                self.conv1ds.append(nn.Conv1d(last * field_size, size, 1))
                last = size // 2

        def forward(self, inputs):
            batch, dim = inputs.shape[0], inputs.shape[-1]
            hidden, final = inputs, []
            for i, conv in enumerate(self.conv1ds):
                x = torch.einsum("bhd,bmd->bhmd", hidden, inputs)
                x = F.relu(conv(x.reshape(batch, -1, dim)))
                if i != len(self.conv1ds) - 1:
                    hidden, x = torch.split(x, 2 * [self.layer_size[i] // 2], 1)
                final.append(x)
            return torch.cat(final, dim=1).sum(-1)

    class XDeepFM(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed, self.linear = nn.Embedding(40, 6), nn.Embedding(40, 1)
            self.cin, self.cin_linear = CIN(5), nn.Linear(10, 1, bias=False)
            self.dnn = nn.Sequential(
                nn.Linear(30, 16), nn.ReLU(), nn.Linear(16, 8), nn.ReLU(), nn.Linear(8, 1, bias=False)
            )

        def forward(self, x):
            e = self.embed(x)
            logit = self.linear(x).sum(1) + self.cin_linear(self.cin(e)) + self.dnn(e.flatten(1))
            return logit.sigmoid()

    return XDeepFM()
