"""Point Transformer: attention with a vector of scores for each pair of points, relative positions through a small
MLP. Keras broadcasts over all pairs; PyTorch gathers with an index of neighbours, which here are all points in
order of distance.
"""

INPUTS = ("8x3", "8x4")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class VectorAttention(layers.Layer):
        def __init__(self, width, **kwargs):
            super().__init__(**kwargs)
            self.qkv = layers.Dense(3 * width, use_bias=False, name="qkv")
            self.where = [layers.Dense(width, activation=a, name=f"where_{i}") for i, a in enumerate(("relu", None))]
            self.score = [layers.Dense(width, activation=a, name=f"score_{i}") for i, a in enumerate(("relu", None))]
            self.width = width

        def build(self, shapes):
            self.qkv.build(shapes[1])
            self.where[0].build((None, None, None, 3))
            for layer in (self.where[1], *self.score):
                layer.build((None, None, None, self.width))

        def call(self, inputs):
            points, features = inputs
            query, key, value = ops.split(self.qkv(features), 3, axis=-1)
            relative = self.where[1](self.where[0](points[:, :, None] - points[:, None]))
            weight = self.score[1](self.score[0](query[:, :, None] - key[:, None] + relative))
            weight = ops.softmax(weight / self.width**0.5, axis=2)
            return ops.sum(weight * (value[:, None] + relative), axis=2)

    points = keras.Input((8, 3), name="points")
    features = keras.Input((8, 4), name="features")
    x = layers.Dense(10, name="lift")(features)
    for i in range(2):
        y = layers.Dense(10, activation="relu", name=f"before_{i}")(x)
        y = VectorAttention(10, name=f"attention_{i}")([points, y])
        x = layers.Add()([x, layers.Dense(10, name=f"after_{i}")(y)])
    x = layers.GlobalMaxPooling1D()(x)
    return keras.Model([points, features], layers.Dense(5, name="shape")(x))


def torch_model():
    import math

    import torch
    import torch.nn.functional as F
    from torch import nn

    def index_points(points, idx):
        b, s, k = idx.shape
        flat = idx.reshape(b, -1)
        out = torch.gather(points, 1, flat[..., None].expand(-1, -1, points.size(-1)))
        return out.reshape(b, s, k, -1)

    class TransformerBlock(nn.Module):
        def __init__(self, d_points, d_model, k):
            super().__init__()
            self.fc1 = nn.Linear(d_points, d_model)
            self.fc2 = nn.Linear(d_model, d_points)
            self.fc_delta = nn.Sequential(nn.Linear(3, d_model), nn.ReLU(), nn.Linear(d_model, d_model))
            self.fc_gamma = nn.Sequential(nn.Linear(d_model, d_model), nn.ReLU(), nn.Linear(d_model, d_model))
            self.w_qs = nn.Linear(d_model, d_model, bias=False)
            self.w_ks = nn.Linear(d_model, d_model, bias=False)
            self.w_vs = nn.Linear(d_model, d_model, bias=False)
            self.k = k

        def forward(self, xyz, features):
            dists = ((xyz[:, :, None] - xyz[:, None]) ** 2).sum(-1)
            knn_idx = dists.argsort()[:, :, : self.k]
            knn_xyz = index_points(xyz, knn_idx)
            x = F.relu(self.fc1(features))
            q, k, v = self.w_qs(x), index_points(self.w_ks(x), knn_idx), index_points(self.w_vs(x), knn_idx)
            pos_enc = self.fc_delta(xyz[:, :, None] - knn_xyz)
            attn = self.fc_gamma(q[:, :, None] - k + pos_enc)
            attn = F.softmax(attn / math.sqrt(k.size(-1)), dim=-2)
            res = torch.einsum("bmnf,bmnf->bmf", attn, v + pos_enc)
            return self.fc2(res) + features

    class PointTransformerCls(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc_in = nn.Linear(4, 10)
            self.transformer1 = TransformerBlock(10, 10, 8)
            self.transformer2 = TransformerBlock(10, 10, 8)
            self.fc_out = nn.Linear(10, 5)

        def forward(self, xyz, features):
            x = self.fc_in(features)
            x = self.transformer2(xyz, self.transformer1(xyz, x))
            return self.fc_out(x.max(1)[0])

    return PointTransformerCls()
