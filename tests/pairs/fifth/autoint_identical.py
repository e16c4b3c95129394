"""AutoInt for click prediction: DeepCTR's InteractingLayer with its add_weight matrices against Linear and SDPA.

DeepCTR does not scale the scores (scaling=False), so scale=1.0 in PyTorch.
"""

INPUTS = ("6:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class InteractingLayer(layers.Layer):
        def __init__(self, att_embedding_size=6, head_num=2, use_res=True, **kwargs):
            super().__init__(**kwargs)
            self.att_embedding_size, self.head_num, self.use_res = att_embedding_size, head_num, use_res

        def build(self, input_shape):
            shape = (int(input_shape[-1]), self.att_embedding_size * self.head_num)
            self.W_Query = self.add_weight(name="query", shape=shape, initializer="truncated_normal")
            self.W_key = self.add_weight(name="key", shape=shape, initializer="truncated_normal")
            self.W_Value = self.add_weight(name="value", shape=shape, initializer="truncated_normal")
            if self.use_res:
                self.W_Res = self.add_weight(name="res", shape=shape, initializer="truncated_normal")

        def call(self, inputs):
            querys, keys, values = (
                ops.stack(ops.split(ops.tensordot(inputs, w, axes=(-1, 0)), self.head_num, axis=2))
                for w in (self.W_Query, self.W_key, self.W_Value)
            )
            scores = ops.softmax(ops.matmul(querys, ops.transpose(keys, (0, 1, 3, 2))))
            result = ops.concatenate(ops.split(ops.matmul(scores, values), self.head_num), axis=-1)
            result = ops.squeeze(result, axis=0)
            if self.use_res:
                result += ops.tensordot(inputs, self.W_Res, axes=(-1, 0))
            return ops.relu(result)

    ids = keras.Input((6,), dtype="int32", name="fields")
    linear = ops.sum(layers.Embedding(40, 1, name="linear_emb")(ids), axis=1)
    x = layers.Embedding(40, 8, name="sparse_emb")(ids)
    x = InteractingLayer(name="interacting_0")(x)
    x = InteractingLayer(name="interacting_1")(x)
    logit = layers.Dense(1, use_bias=False, name="attention_logit")(layers.Flatten()(x))
    return keras.Model(ids, ops.sigmoid(layers.Add()([logit, linear])))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Interacting(nn.Module):
        def __init__(self, dim, att=6, heads=2):
            super().__init__()
            self.heads = heads
            self.q = nn.Linear(dim, att * heads, bias=False)
            self.k = nn.Linear(dim, att * heads, bias=False)
            self.v = nn.Linear(dim, att * heads, bias=False)
            self.res = nn.Linear(dim, att * heads, bias=False)

        def forward(self, x):
            q, k, v = (m(x).unflatten(-1, (self.heads, -1)).transpose(1, 2) for m in (self.q, self.k, self.v))
            out = F.scaled_dot_product_attention(q, k, v, scale=1.0).transpose(1, 2).flatten(2)
            return F.relu(out + self.res(x))

    class AutoInt(nn.Module):
        def __init__(self, features=40, fields=6):
            super().__init__()
            self.first_order = nn.Embedding(features, 1)
            self.embedding = nn.Embedding(features, 8)
            self.attention = nn.Sequential(Interacting(8), Interacting(12))
            self.out = nn.Linear(fields * 12, 1, bias=False)

        def forward(self, idx):
            y = self.out(self.attention(self.embedding(idx)).flatten(1))
            return torch.sigmoid(y + self.first_order(idx).sum(1))

    return AutoInt()
