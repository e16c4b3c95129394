"""Deep interest network: softmax over the attention in PyTorch only, and Keras keeps epsilon 1e-3 before its tower."""

INPUTS = ("6:int32", "1:int32")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["activation-other"],
            # "sum" is the line that takes the weighted sum, where the softmax would stand
            "keras": ["*activation_unit*", "sum", "*input_bn*"],
            "torch": ["attention*", "bn"],
        },
        {"rules": ["norm-epsilon"], "keras": ["*input_bn*"], "torch": ["bn"]},
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class ActivationUnit(layers.Layer):
        def __init__(self, hidden, **kwargs):
            super().__init__(**kwargs)
            self.hidden = layers.Dense(hidden, activation="sigmoid", name="hidden")
            self.score = layers.Dense(1, name="score")

        def call(self, query, keys):
            q = ops.repeat(query[:, None], keys.shape[1], axis=1)
            x = ops.concatenate([q, keys, q - keys, q * keys], axis=-1)
            return self.score(self.hidden(x))  # no softmax: the intensity of interest is kept

    class DIN(keras.Model):
        def __init__(self, items=26, dim=6, **kwargs):
            super().__init__(**kwargs)
            self.items = layers.Embedding(items, dim, name="items")
            self.activation_unit = ActivationUnit(10, name="activation_unit")
            self.input_bn = layers.BatchNormalization(momentum=0.9, name="input_bn")
            self.fc1 = layers.Dense(12, name="fc1")
            self.act1 = layers.PReLU(name="act1")
            self.fc2 = layers.Dense(8, name="fc2")
            self.act2 = layers.PReLU(name="act2")
            self.out = layers.Dense(1, activation="sigmoid", name="out")

        def call(self, inputs, training=None):
            history, candidate = inputs
            keys = self.items(history)
            query = self.items(candidate)[:, 0]
            interest = ops.sum(self.activation_unit(query, keys) * keys, axis=1)
            x = ops.concatenate([interest, query, interest * query], axis=-1)
            x = self.input_bn(x, training=training)
            return self.out(self.act2(self.fc2(self.act1(self.fc1(x)))))

    return DIN(name="din")


def torch_model():
    import torch
    from torch import nn

    class LocalActivationUnit(nn.Module):
        def __init__(self, dim, hidden=10):
            super().__init__()
            self.fc1 = nn.Linear(4 * dim, hidden)
            self.fc2 = nn.Linear(hidden, 1)

        def forward(self, query, user_behavior):
            queries = query.expand(-1, user_behavior.size(1), -1)
            x = torch.cat([queries, user_behavior, queries - user_behavior, queries * user_behavior], dim=-1)
            return self.fc2(torch.sigmoid(self.fc1(x)))

    class AttentionSequencePooling(nn.Module):
        def __init__(self, dim):
            super().__init__()
            self.local_att = LocalActivationUnit(dim)

        def forward(self, query, keys):
            weights = torch.softmax(self.local_att(query, keys).transpose(1, 2), dim=-1)
            return torch.matmul(weights, keys).squeeze(1)

    class DIN(nn.Module):
        def __init__(self, vocab=26, dim=6):
            super().__init__()
            self.embedding = nn.Embedding(vocab, dim)
            self.attention = AttentionSequencePooling(dim)
            self.bn = nn.BatchNorm1d(3 * dim)
            self.tower = nn.Sequential(
                nn.Linear(3 * dim, 12), nn.PReLU(12), nn.Linear(12, 8), nn.PReLU(8), nn.Linear(8, 1), nn.Sigmoid()
            )

        def forward(self, history, candidate):
            target = self.embedding(candidate)
            interest = self.attention(target, self.embedding(history))
            target = target.squeeze(1)
            return self.tower(self.bn(torch.cat([interest, target, interest * target], dim=1)))

    return DIN()
