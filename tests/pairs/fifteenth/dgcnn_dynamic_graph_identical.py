"""DGCNN for point clouds: neighbours are searched anew in feature space before every edge convolution; dense layers
and take_along_axis in Keras, 1x1 convolutions and a flattened index with offsets in PyTorch.
"""

INPUTS = ("24x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    def leaky(x):
        return ops.maximum(x, 0.2 * x)

    class EdgeConv(layers.Layer):
        def __init__(self, units, k=6, **kwargs):
            super().__init__(**kwargs)
            self.k = k
            self.dense = layers.Dense(units, use_bias=False, name="dense")
            self.bn = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="bn")

        def call(self, x, training=None):
            apart = x[:, :, None, :] - x[:, None, :, :]
            _, near = ops.top_k(-ops.sum(ops.square(apart), axis=-1), self.k)
            centre = ops.repeat(x[:, :, None, :], self.k, axis=2)
            points, width = x.shape[1:]
            index = ops.repeat(ops.reshape(near, (-1, points * self.k, 1)), width, axis=-1)
            neighbours = ops.reshape(ops.take_along_axis(x, index, axis=1), (-1, points, self.k, width))
            edges = ops.concatenate([neighbours - centre, centre], axis=-1)
            return ops.max(leaky(self.bn(self.dense(edges), training=training)), axis=2)

    points = keras.Input((24, 3))
    a = EdgeConv(8, name="edge_a")(points)
    b = EdgeConv(12, name="edge_b")(a)
    x = layers.Concatenate(name="levels")([a, b])
    x = layers.Dense(24, use_bias=False, name="embed")(x)
    x = leaky(layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="embed_bn")(x))
    x = layers.Concatenate(name="pooled")(
        [layers.GlobalMaxPooling1D(name="max")(x), layers.GlobalAveragePooling1D(name="mean")(x)]
    )
    x = layers.Dense(16, use_bias=False, name="fc")(x)
    x = leaky(layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="fc_bn")(x))
    return keras.Model(points, layers.Dense(4, name="classes")(layers.Dropout(0.5, name="drop")(x)))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    def knn(x, k):
        inner = -2 * torch.matmul(x.transpose(2, 1), x)
        xx = torch.sum(x**2, dim=1, keepdim=True)
        pairwise_distance = -xx - inner - xx.transpose(2, 1)
        return pairwise_distance.topk(k=k, dim=-1)[1]

    def get_graph_feature(x, k):
        batch_size, num_dims, num_points = x.size()
        idx = knn(x, k) + torch.arange(0, batch_size, device=x.device).view(-1, 1, 1) * num_points
        x = x.transpose(2, 1).contiguous()
        feature = x.view(batch_size * num_points, -1)[idx.view(-1), :]
        feature = feature.view(batch_size, num_points, k, num_dims)
        x = x.view(batch_size, num_points, 1, num_dims).repeat(1, 1, k, 1)
        return torch.cat((feature - x, x), dim=3).permute(0, 3, 1, 2)

    class DGCNN(nn.Module):
        def __init__(self, k=6):
            super().__init__()
            self.k = k
            self.bn1, self.bn2 = nn.BatchNorm2d(8), nn.BatchNorm2d(12)
            self.bn3 = nn.BatchNorm1d(24)
            self.conv1 = nn.Sequential(nn.Conv2d(6, 8, 1, bias=False), self.bn1, nn.LeakyReLU(0.2))
            self.conv2 = nn.Sequential(nn.Conv2d(16, 12, 1, bias=False), self.bn2, nn.LeakyReLU(0.2))
            self.conv3 = nn.Sequential(nn.Conv1d(20, 24, 1, bias=False), self.bn3, nn.LeakyReLU(0.2))
            self.linear1 = nn.Linear(48, 16, bias=False)
            self.bn6 = nn.BatchNorm1d(16)
            self.dp1 = nn.Dropout(p=0.5)
            self.linear2 = nn.Linear(16, 4)

        def forward(self, pts):
            x = pts.permute(0, 2, 1)
            x1 = self.conv1(get_graph_feature(x, self.k)).max(dim=-1)[0]
            x2 = self.conv2(get_graph_feature(x1, self.k)).max(dim=-1)[0]
            x = self.conv3(torch.cat((x1, x2), dim=1))
            x = torch.cat((F.adaptive_max_pool1d(x, 1).flatten(1), F.adaptive_avg_pool1d(x, 1).flatten(1)), 1)
            x = F.leaky_relu(self.bn6(self.linear1(x)), negative_slope=0.2)
            return self.linear2(self.dp1(x))

    return DGCNN()
