"""Deformable attention (Deformable DETR, one level, single image) in Keras with a gather of my own against
grid_sample.

The offsets are in pixels and divided by (W, H), since points are (x, y). I divided by the shape as it comes,
(H, W): right on square maps, wrong on this one.
"""

INPUTS = ("8x4x12", "5x12")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["scale-other", "permute-axes", "wiring-other", "reshape-order"],
            "keras": ["*attention*", "*"],
            "torch": ["attn*", "*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    def bilinear(image, x, y):
        """image (B, H, W, M, D), x and y in pixels (B, Q, M, P); nothing lies outside."""
        b, h, w, m, d = ops.shape(image)[0], *image.shape[1:]
        flat = ops.reshape(ops.transpose(image, (0, 3, 1, 2, 4)), (b, m, h * w, d))
        x0, y0 = ops.floor(x), ops.floor(y)
        total = 0.0
        for dx in (0, 1):
            for dy in (0, 1):
                cx, cy = x0 + dx, y0 + dy
                weight = (1 - ops.abs(x - cx)) * (1 - ops.abs(y - cy))
                inside = (cx >= 0) & (cx <= w - 1) & (cy >= 0) & (cy <= h - 1)
                index = ops.cast(ops.clip(cy, 0, h - 1) * w + ops.clip(cx, 0, w - 1), "int32")
                index = ops.reshape(ops.transpose(index, (0, 2, 1, 3)), (b, m, -1, 1))
                taken = ops.reshape(ops.take_along_axis(flat, index, axis=2), (b, m, *x.shape[1:4:2], d))
                taken = ops.transpose(taken, (0, 2, 1, 3, 4))
                total = total + taken * ops.where(inside, weight, 0.0)[..., None]
        return total

    class DeformableAttention(layers.Layer):
        def __init__(self, heads=3, points=4, **kwargs):
            super().__init__(**kwargs)
            self.heads, self.points = heads, points

        def build(self, query_shape, reference_shape, feature_shape):
            width = query_shape[-1]
            self.offsets = layers.Dense(self.heads * self.points * 2, name="sampling_offsets")
            self.weights_of = layers.Dense(self.heads * self.points, name="attention_weights")
            self.value, self.out = layers.Dense(width, name="value_proj"), layers.Dense(width, name="output_proj")

        def call(self, query, reference, feature):
            h, w, width = feature.shape[1:]
            n = query.shape[1]
            value = ops.reshape(self.value(feature), (-1, h, w, self.heads, width // self.heads))
            offsets = ops.reshape(self.offsets(query), (-1, n, self.heads, self.points, 2))
            weights = ops.softmax(ops.reshape(self.weights_of(query), (-1, n, self.heads, self.points)))
            size = ops.convert_to_tensor((h, w), dtype=offsets.dtype)
            place = reference[:, :, None, None] + offsets / size
            found = bilinear(value, place[..., 0] * w - 0.5, place[..., 1] * h - 0.5)
            return self.out(ops.reshape(ops.sum(found * weights[..., None], axis=3), (-1, n, width)))

    feature, query = keras.Input((8, 4, 12), name="feature"), keras.Input((5, 12), name="query")
    reference = layers.Dense(2, activation="sigmoid", name="reference_points")(query)
    y = DeformableAttention(name="attention")(query, reference, feature)
    x = layers.LayerNormalization(epsilon=1e-5, name="norm")(layers.add([query, y]))
    return keras.Model([feature, query], layers.Dense(4, name="head")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class MSDeformAttn(nn.Module):
        def __init__(self, d_model=12, n_heads=3, n_points=4):
            super().__init__()
            self.n_heads, self.n_points = n_heads, n_points
            self.sampling_offsets = nn.Linear(d_model, n_heads * n_points * 2)
            self.attention_weights = nn.Linear(d_model, n_heads * n_points)
            self.value_proj = nn.Linear(d_model, d_model)
            self.output_proj = nn.Linear(d_model, d_model)

        def forward(self, query, reference_points, input_flatten, spatial_shape):
            N, Lq, C = query.shape
            M, P, (H, W) = self.n_heads, self.n_points, spatial_shape
            value = self.value_proj(input_flatten).view(N, H * W, M, C // M)
            offsets = self.sampling_offsets(query).view(N, Lq, M, P, 2)
            weights = F.softmax(self.attention_weights(query).view(N, Lq, M, P), -1)
            normalizer = torch.tensor([W, H], dtype=offsets.dtype)
            grids = 2 * (reference_points[:, :, None, None, :] + offsets / normalizer) - 1
            value = value.flatten(2).transpose(1, 2).reshape(N * M, C // M, H, W)
            grids = grids.transpose(1, 2).flatten(0, 1)
            sampled = F.grid_sample(value, grids, mode="bilinear", padding_mode="zeros", align_corners=False)
            weights = weights.transpose(1, 2).reshape(N * M, 1, Lq, P)
            output = (sampled * weights).sum(-1).view(N, C, Lq)
            return self.output_proj(output.transpose(1, 2))

    class Decoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.reference_points = nn.Linear(12, 2)
            self.attn = MSDeformAttn()
            self.norm, self.head = nn.LayerNorm(12), nn.Linear(12, 4)

        def forward(self, feature, query):
            reference = self.reference_points(query).sigmoid()
            y = self.attn(query, reference, feature.flatten(2).transpose(1, 2), feature.shape[2:])
            return self.head(self.norm(query + y))

    return Decoder()
