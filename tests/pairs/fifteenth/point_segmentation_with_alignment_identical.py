"""Network on point clouds that names the part every point belongs to: a small net predicts a rotation, shared layers
see every point alone, and the maximum over all points is put in front of every point's own features.
"""

INPUTS = ("24x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    def norm(name):
        return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=name)

    def shared(x, width, name):
        x = layers.Dense(width, name=name)(x)
        return layers.ReLU()(norm(f"{name}_bn")(x))

    class Align(layers.Layer):
        def call(self, points, matrix):
            return ops.matmul(points, ops.reshape(matrix, (-1, 3, 3)) + ops.eye(3, dtype=points.dtype))

    points = keras.Input((24, 3))
    t = shared(points, 12, "turn_1")
    t = shared(t, 20, "turn_2")
    t = layers.GlobalMaxPooling1D()(t)
    t = shared(t, 10, "turn_3")
    t = layers.Dense(9, name="turn_matrix")(t)
    x = Align(name="align")(points, t)
    own = shared(x, 14, "point_1")
    x = shared(own, 18, "point_2")
    x = norm("point_3_bn")(layers.Dense(26, name="point_3")(x))
    whole = layers.RepeatVector(24)(layers.GlobalMaxPooling1D(name="whole")(x))
    x = layers.Concatenate(name="with_whole")([whole, own])
    x = shared(x, 16, "part_1")
    x = layers.Dense(5, name="part_2")(x)
    return keras.Model(points, layers.Activation("log_softmax")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class STN3d(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1, self.conv2 = nn.Conv1d(3, 12, 1), nn.Conv1d(12, 20, 1)
            self.fc1, self.fc2 = nn.Linear(20, 10), nn.Linear(10, 9)
            self.bn1, self.bn2, self.bn3 = nn.BatchNorm1d(12), nn.BatchNorm1d(20), nn.BatchNorm1d(10)

        def forward(self, x):
            x = F.relu(self.bn1(self.conv1(x)))
            x = F.relu(self.bn2(self.conv2(x)))
            x = torch.max(x, 2)[0]
            x = self.fc2(F.relu(self.bn3(self.fc1(x))))
            iden = torch.eye(3, dtype=x.dtype, device=x.device).view(1, 9).repeat(x.size(0), 1)
            return (x + iden).view(-1, 3, 3)

    class PointNetfeat(nn.Module):
        def __init__(self):
            super().__init__()
            self.stn = STN3d()
            self.conv1, self.conv2, self.conv3 = nn.Conv1d(3, 14, 1), nn.Conv1d(14, 18, 1), nn.Conv1d(18, 26, 1)
            self.bn1, self.bn2, self.bn3 = nn.BatchNorm1d(14), nn.BatchNorm1d(18), nn.BatchNorm1d(26)

        def forward(self, x):
            n_pts = x.size(2)
            trans = self.stn(x)
            x = torch.bmm(x.transpose(2, 1), trans).transpose(2, 1)
            pointfeat = x = F.relu(self.bn1(self.conv1(x)))
            x = F.relu(self.bn2(self.conv2(x)))
            x = self.bn3(self.conv3(x))
            x = torch.max(x, 2, keepdim=True)[0].repeat(1, 1, n_pts)
            return torch.cat([x, pointfeat], 1)

    class PointNetDenseCls(nn.Module):
        def __init__(self, k):
            super().__init__()
            self.feat = PointNetfeat()
            self.conv1, self.conv2 = nn.Conv1d(40, 16, 1), nn.Conv1d(16, k, 1)
            self.bn1 = nn.BatchNorm1d(16)

        def forward(self, x):
            x = self.feat(x.transpose(2, 1))
            x = self.conv2(F.relu(self.bn1(self.conv1(x))))
            return F.log_softmax(x.transpose(2, 1), dim=-1)

    return PointNetDenseCls(5)
