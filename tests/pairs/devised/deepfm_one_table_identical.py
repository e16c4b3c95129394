"""DeepFM: a table for each field in Keras, one table with offsets for all of them in PyTorch."""

INPUTS = ("3:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    sizes = (7, 5, 11)
    inputs = keras.Input((3,), dtype="int32", name="fields")
    fields = [inputs[:, i] for i in range(3)]
    embeds = [layers.Embedding(size, 6, name=f"embed_{i}")(x) for i, (size, x) in enumerate(zip(sizes, fields))]
    biases = [layers.Embedding(size, 1, name=f"weight_{i}")(x) for i, (size, x) in enumerate(zip(sizes, fields))]
    v = layers.Lambda(lambda each: ops.stack(each, axis=1))(embeds)
    pairs = layers.Lambda(
        lambda v: 0.5 * ops.sum(ops.square(ops.sum(v, 1)) - ops.sum(ops.square(v), 1), -1, True), name="fm"
    )(v)
    deep = layers.Flatten(name="flatten")(v)
    deep = layers.Dense(8, activation="relu", name="hidden")(deep)
    deep = layers.Dense(1, name="out")(deep)
    total = layers.Add(name="total")([pairs, deep, layers.Add(name="linear")(biases)])
    return keras.Model(inputs, layers.Activation("sigmoid")(total))


def torch_model():
    import torch
    from torch import nn

    class FeaturesEmbedding(nn.Module):
        def __init__(self, field_dims, width):
            super().__init__()
            self.embedding = nn.Embedding(sum(field_dims), width)
            self.register_buffer("offsets", torch.tensor((0, *field_dims[:-1])).cumsum(0), persistent=False)

        def forward(self, x):
            return self.embedding(x + self.offsets)

    class DeepFM(nn.Module):
        def __init__(self, field_dims=(7, 5, 11), width=6):
            super().__init__()
            self.linear = FeaturesEmbedding(field_dims, 1)
            self.embedding = FeaturesEmbedding(field_dims, width)
            self.mlp = nn.Sequential(nn.Linear(len(field_dims) * width, 8), nn.ReLU(), nn.Linear(8, 1))

        def forward(self, x):
            v = self.embedding(x)
            pairs = 0.5 * (v.sum(1) ** 2 - (v**2).sum(1)).sum(1, keepdim=True)
            deep = self.mlp(v.flatten(1))
            return torch.sigmoid(self.linear(x).sum(1) + pairs + deep)

    return DeepFM()
