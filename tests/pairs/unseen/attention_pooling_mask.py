"""Attention pooling over padded tokens: the Keras layer masks the scores of padding, the port forgot to."""

INPUTS = ("9:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["attention-mask-missing", "pool-global-mask"],
            "keras": ["masked_attention_pooling", "pooling"],
            "torch": ["softmax", "score", "mul", "sum", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class MaskedAttentionPooling(layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.score = layers.Dense(1)

        def call(self, x, keep):
            scores = ops.squeeze(self.score(x), -1)
            scores = ops.where(keep, scores, -1e9)
            weights = ops.expand_dims(ops.softmax(scores, axis=-1), -1)
            return ops.sum(x * weights, axis=1)

    ids = keras.Input((9,), dtype="int32")
    x = layers.Embedding(5, 6)(ids)
    x = layers.Dense(8, activation="relu")(x)
    x = MaskedAttentionPooling(name="pooling")(x, ops.not_equal(ids, 0))
    return keras.Model(ids, layers.Dense(2)(x))


def torch_model():
    import torch
    from torch import nn

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed = nn.Embedding(5, 6)
            self.hidden = nn.Linear(6, 8)
            self.score = nn.Linear(8, 1)
            self.out = nn.Linear(8, 2)

        def forward(self, ids):
            x = torch.relu(self.hidden(self.embed(ids)))
            weights = torch.softmax(self.score(x), dim=1)
            return self.out((x * weights).sum(dim=1))

    return Classifier()
