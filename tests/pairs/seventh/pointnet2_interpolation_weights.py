"""PointNet++ part segmentation, one level: farthest points, neighbours, shared MLP, and back by three nearest
points.

yanx27's PyTorch weighs the three by one over the squared distance (square_distance), my Keras takes the root
first.
"""

INPUTS = ("24x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["activation-other", "wiring-other", "distance-epsilon", "scale-other"],
            "keras": ["*propagation*", "*", "fp*"],
            "torch": ["fp*", "", "*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    def squared(a, b):
        return ops.sum(ops.square(a[:, :, None] - b[:, None]), axis=-1)

    def gather(x, index):
        n, k = index.shape[1], index.shape[2] if len(index.shape) == 3 else 0
        taken = ops.take_along_axis(x, ops.reshape(index, (-1, n * max(k, 1), 1)), axis=1)
        return ops.reshape(taken, (-1, n, k, x.shape[-1])) if k else taken

    class SetAbstraction(layers.Layer):
        def __init__(self, points, neighbours, widths, **kwargs):
            super().__init__(**kwargs)
            self.points, self.neighbours = points, neighbours
            self.mlp = [layers.Dense(w, use_bias=False, name=f"dense_{i}") for i, w in enumerate(widths)]
            self.norms = [
                layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"bn_{i}") for i, _ in enumerate(widths)
            ]

        def farthest(self, xyz):
            far = ops.zeros_like(xyz[:, 0, 0], dtype="int32")
            distance, chosen = ops.full_like(xyz[..., 0], 1e10), []
            for _ in range(self.points):
                chosen.append(far)
                centre = ops.take_along_axis(xyz, far[:, None, None], axis=1)
                distance = ops.minimum(distance, ops.sum((xyz - centre) ** 2, axis=-1))
                far = ops.cast(ops.argmax(distance, axis=-1), "int32")
            return ops.stack(chosen, axis=1)

        def call(self, xyz, training=None):
            centres = gather(xyz, self.farthest(xyz))
            _, index = ops.top_k(-squared(centres, xyz), self.neighbours)
            x = gather(xyz, index) - centres[:, :, None]
            for dense, norm in zip(self.mlp, self.norms, strict=False):
                x = ops.relu(norm(dense(x), training=training))
            return centres, ops.max(x, axis=2)

    class Propagation(layers.Layer):
        def call(self, xyz, centres, features):
            near, index = ops.top_k(-squared(xyz, centres), 3)
            weights = 1.0 / (ops.sqrt(-near) + 1e-8)
            weights = weights / ops.sum(weights, axis=-1, keepdims=True)
            return ops.sum(gather(features, index) * weights[..., None], axis=2)

    cloud = keras.Input((24, 3))
    centres, features = SetAbstraction(8, 6, (12, 16), name="abstraction")(cloud)
    x = Propagation(name="propagation")(cloud, centres, features)
    x = layers.Concatenate()([cloud, x])
    x = layers.Dense(14, activation="relu", name="fp_dense")(x)
    return keras.Model(cloud, layers.Dense(5, name="parts")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    def square_distance(src, dst):
        return torch.sum((src[:, :, None] - dst[:, None]) ** 2, dim=-1)

    def index_points(points, idx):
        batch = torch.arange(points.shape[0]).view(-1, *[1] * (idx.dim() - 1)).expand_as(idx)
        return points[batch, idx, :]

    def farthest_point_sample(xyz, npoint):
        B, N, _ = xyz.shape
        centroids = torch.zeros(B, npoint, dtype=torch.long)
        distance = torch.ones(B, N, dtype=xyz.dtype) * 1e10
        farthest = torch.zeros(B, dtype=torch.long)
        for i in range(npoint):
            centroids[:, i] = farthest
            centroid = xyz[torch.arange(B), farthest, :].view(B, 1, 3)
            dist = torch.sum((xyz - centroid) ** 2, -1)
            distance = torch.min(distance, dist)
            farthest = torch.max(distance, -1)[1]
        return centroids

    class PointNetSetAbstraction(nn.Module):
        def __init__(self, npoint, nsample, mlp):
            super().__init__()
            self.npoint, self.nsample = npoint, nsample
            self.mlp_convs, self.mlp_bns, last = nn.ModuleList(), nn.ModuleList(), 3
            for out in mlp:
                self.mlp_convs.append(nn.Conv2d(last, out, 1, bias=False))
                self.mlp_bns.append(nn.BatchNorm2d(out))
                last = out

        def forward(self, xyz):
            new_xyz = index_points(xyz, farthest_point_sample(xyz, self.npoint))
            idx = square_distance(new_xyz, xyz).sort(dim=-1)[1][:, :, : self.nsample]
            x = (index_points(xyz, idx) - new_xyz.unsqueeze(2)).permute(0, 3, 2, 1)
            for conv, bn in zip(self.mlp_convs, self.mlp_bns, strict=False):
                x = F.relu(bn(conv(x)))
            return new_xyz, torch.max(x, 2)[0]

    class PartSeg(nn.Module):
        def __init__(self):
            super().__init__()
            self.sa1 = PointNetSetAbstraction(8, 6, (12, 16))
            self.fp1 = nn.Conv1d(19, 14, 1)
            self.conv2 = nn.Conv1d(14, 5, 1)

        def forward(self, xyz):
            l1_xyz, l1_points = self.sa1(xyz)
            dists, idx = square_distance(xyz, l1_xyz).sort(dim=-1)
            dists, idx = dists[:, :, :3], idx[:, :, :3]
            dist_recip = 1.0 / (dists + 1e-8)
            weight = dist_recip / torch.sum(dist_recip, dim=2, keepdim=True)
            interpolated = torch.sum(index_points(l1_points.transpose(1, 2), idx) * weight.unsqueeze(-1), dim=2)
            x = torch.cat([xyz, interpolated], dim=-1).transpose(1, 2)
            return self.conv2(F.relu(self.fp1(x))).transpose(1, 2)

    return PartSeg()
