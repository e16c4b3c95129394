"""Deep interest network for click prediction with Dice activations and a padded history; I want to be sure that the
port scores the items as the original does.
"""

INPUTS = ("8:int32", "1:int32")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class Dice(layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.bn = layers.BatchNormalization(center=False, scale=False, epsilon=1e-9, name="bn")

        def build(self, shape):
            self.bn.build(shape)
            self.alpha = self.add_weight(shape=(shape[-1],), initializer="zeros", name="alpha")

        def call(self, x, training=None):
            p = ops.sigmoid(self.bn(x, training=training))
            return self.alpha * (1.0 - p) * x + p * x

    class InterestPooling(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.hidden = [layers.Dense(u, name=f"hidden_{i}") for i, u in enumerate(units)]
            self.dices = [Dice(name=f"dice_{i}") for i in range(len(units))]
            self.score = layers.Dense(1, name="score")

        def call(self, query, keys, mask, training=None):
            query = ops.repeat(query, keys.shape[1], axis=1)
            x = ops.concatenate([query, keys, query - keys, query * keys], axis=-1)
            for dense, dice in zip(self.hidden, self.dices, strict=True):
                x = dice(dense(x), training=training)
            scores = ops.where(mask[:, :, None], self.score(x), 0.0)
            return ops.sum(scores * keys, axis=1)

    history = keras.Input((8,), dtype="int32", name="history")
    item = keras.Input((1,), dtype="int32", name="item")
    items = layers.Embedding(40, 6, name="items")
    keys, query = items(history), items(item)
    mask = layers.Lambda(lambda t: ops.not_equal(t, 0), output_shape=(8,), dtype="bool", name="mask")(history)
    interest = InterestPooling((12, 5), name="interest")(query, keys, mask)
    x = layers.Concatenate(name="join")([layers.Flatten(name="item_flat")(query), interest])
    x = Dice(name="dice_1")(layers.Dense(10, name="fc_1")(x))
    x = Dice(name="dice_2")(layers.Dense(6, name="fc_2")(x))
    return keras.Model([history, item], layers.Dense(1, activation="sigmoid", name="click")(x))


def torch_model():
    import torch
    from torch import nn

    class Dice(nn.Module):
        def __init__(self, dim):
            super().__init__()
            self.bn = nn.BatchNorm1d(dim, eps=1e-9, momentum=0.01, affine=False)
            self.alpha = nn.Parameter(torch.zeros(dim))

        def forward(self, x):
            normed = self.bn(x.flatten(0, -2)).view_as(x)
            p = normed.sigmoid()
            return x * (p + (1 - p) * self.alpha)

    class ActivationUnit(nn.Module):
        def __init__(self, emb):
            super().__init__()
            self.mlp = nn.Sequential(nn.Linear(4 * emb, 12), Dice(12), nn.Linear(12, 5), Dice(5), nn.Linear(5, 1))

        def forward(self, q, k, mask):
            q = q.expand_as(k)
            w = self.mlp(torch.cat((q, k, q - k, q * k), dim=2)).squeeze(2)
            w = w.masked_fill(~mask, 0.0)
            return torch.bmm(w.unsqueeze(1), k).squeeze(1)

    class DIN(nn.Module):
        def __init__(self, n_items=40, emb=6):
            super().__init__()
            self.embedding = nn.Embedding(n_items, emb)
            self.attention = ActivationUnit(emb)
            self.dnn = nn.Sequential(nn.Linear(2 * emb, 10), Dice(10), nn.Linear(10, 6), Dice(6))
            self.out = nn.Linear(6, 1)

        def forward(self, history, item):
            keys, query = self.embedding(history), self.embedding(item)
            user = self.attention(query, keys, history != 0)
            return self.out(self.dnn(torch.cat([query.squeeze(1), user], dim=1))).sigmoid()

    return DIN()
