"""DeepFM click model over five columns and four numbers: pair loop in Keras, sum-square trick in PyTorch."""

INPUTS = ("5:int32", "4")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class DeepFM(keras.Model):
        def __init__(self, fields=5, buckets=20, dim=4, hidden=(16, 8), **kwargs):
            super().__init__(**kwargs)
            self.linear_tables = [layers.Embedding(buckets, 1, name=f"w_{i}") for i in range(fields)]
            self.tables = [layers.Embedding(buckets, dim, name=f"v_{i}") for i in range(fields)]
            self.linear_numbers = layers.Dense(1, name="linear_numbers")
            self.number_vectors = layers.Dense(dim, use_bias=False, name="number_vectors")
            self.deep = [layers.Dense(n, activation="relu", name=f"deep_{i}") for i, n in enumerate(hidden)]
            self.deep_out = layers.Dense(1, use_bias=False, name="deep_out")

        def call(self, inputs):
            ids, numbers = inputs
            first = sum(table(ids[:, i]) for i, table in enumerate(self.linear_tables))
            first = first + self.linear_numbers(numbers)
            fields = [table(ids[:, i]) for i, table in enumerate(self.tables)] + [self.number_vectors(numbers)]
            second = 0.0
            for i in range(len(fields)):
                for j in range(i + 1, len(fields)):
                    second = second + ops.sum(fields[i] * fields[j], axis=-1, keepdims=True)
            x = ops.concatenate(fields, axis=-1)
            for layer in self.deep:
                x = layer(x)
            return ops.sigmoid(first + second + self.deep_out(x))

    return DeepFM(name="deep_fm")


def torch_model():
    import torch
    from torch import nn

    class FactorizationMachine(nn.Module):
        def forward(self, x):
            square_of_sum = x.sum(dim=1).pow(2)
            sum_of_square = x.pow(2).sum(dim=1)
            return 0.5 * (square_of_sum - sum_of_square).sum(dim=1, keepdim=True)

    class DeepFactorizationMachine(nn.Module):
        def __init__(self, num_fields=5, vocab=20, embed_dim=4, mlp_dims=(16, 8)):
            super().__init__()
            self.embedding = nn.ModuleList([nn.Embedding(vocab, embed_dim) for _ in range(num_fields)])
            self.linear = nn.ModuleList([nn.Embedding(vocab, 1) for _ in range(num_fields)])
            self.dense_linear = nn.Linear(4, 1)
            self.dense_embed = nn.Linear(4, embed_dim, bias=False)
            self.fm = FactorizationMachine()
            blocks, width = [], embed_dim * (num_fields + 1)
            for n in mlp_dims:
                blocks += [nn.Linear(width, n), nn.ReLU()]
                width = n
            blocks.append(nn.Linear(width, 1, bias=False))
            self.mlp = nn.Sequential(*blocks)

        def forward(self, cat, num):
            emb = [e(c) for e, c in zip(self.embedding, cat.unbind(dim=1), strict=False)]
            emb = torch.stack([*emb, self.dense_embed(num)], dim=1)
            lin = torch.cat([e(c) for e, c in zip(self.linear, cat.unbind(dim=1), strict=False)], dim=1).sum(
                1, keepdim=True
            )
            logit = lin + self.dense_linear(num) + self.fm(emb) + self.mlp(emb.flatten(1))
            return torch.sigmoid(logit)

    return DeepFactorizationMachine()
