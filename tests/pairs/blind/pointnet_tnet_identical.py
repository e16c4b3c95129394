"""PointNet classifier with an input transform, per-point Dense layers in Keras and Conv1d(1) in PyTorch."""

INPUTS = ("12x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    def dense_bn(x, units, name):
        x = layers.Dense(units, name=f"{name}_fc")(x)
        x = layers.BatchNormalization(epsilon=1e-5, momentum=0.9, name=f"{name}_bn")(x)
        return layers.ReLU(name=f"{name}_relu")(x)

    def tnet(points, k, name):
        x = dense_bn(points, 8, f"{name}_a")
        x = dense_bn(x, 16, f"{name}_b")
        x = layers.GlobalMaxPooling1D(name=f"{name}_pool")(x)
        x = dense_bn(x, 8, f"{name}_c")
        x = layers.Dense(
            k * k,
            kernel_initializer="zeros",
            bias_initializer=lambda shape, dtype=None: np.eye(k).reshape(-1),
            name=f"{name}_matrix",
        )(x)
        return layers.Reshape((k, k), name=f"{name}_reshape")(x)

    inputs = keras.Input((12, 3), name="points")
    x = layers.Dot(axes=(2, 1), name="align")([inputs, tnet(inputs, 3, "input_t")])
    x = dense_bn(x, 8, "mlp1")
    x = ops.matmul(x, tnet(x, 8, "feature_t"))
    x = dense_bn(x, 12, "mlp2")
    x = dense_bn(x, 20, "mlp3")
    x = layers.GlobalMaxPooling1D(name="global_feature")(x)
    x = layers.Dropout(0.3, name="drop")(dense_bn(x, 10, "head"))
    return keras.Model(inputs, layers.Dense(4, activation="softmax", name="classes")(x))


def torch_model():
    import torch
    from torch import nn
    from torch.nn import functional as F

    class TNet(nn.Module):
        def __init__(self, k):
            super().__init__()
            self.k = k
            self.conv1 = nn.Conv1d(k, 8, 1)
            self.conv2 = nn.Conv1d(8, 16, 1)
            self.fc1 = nn.Linear(16, 8)
            self.fc2 = nn.Linear(8, k * k)
            self.bn1 = nn.BatchNorm1d(8)
            self.bn2 = nn.BatchNorm1d(16)
            self.bn3 = nn.BatchNorm1d(8)
            nn.init.zeros_(self.fc2.weight)
            with torch.no_grad():
                self.fc2.bias.copy_(torch.eye(k).flatten())

        def forward(self, x):
            x = F.relu(self.bn1(self.conv1(x)))
            x = F.relu(self.bn2(self.conv2(x)))
            x = torch.max(x, 2)[0]
            x = F.relu(self.bn3(self.fc1(x)))
            return self.fc2(x).view(-1, self.k, self.k)

    class PointNet(nn.Module):
        def __init__(self, classes=4):
            super().__init__()
            self.stn = TNet(3)
            self.fstn = TNet(8)
            self.convs = nn.ModuleList([nn.Conv1d(3, 8, 1), nn.Conv1d(8, 12, 1), nn.Conv1d(12, 20, 1)])
            self.bns = nn.ModuleList([nn.BatchNorm1d(n) for n in (8, 12, 20)])
            self.fc1 = nn.Linear(20, 10)
            self.bn_fc = nn.BatchNorm1d(10)
            self.dropout = nn.Dropout(p=0.3)
            self.fc2 = nn.Linear(10, classes)

        def forward(self, points):
            x = torch.bmm(points, self.stn(points.transpose(1, 2))).transpose(1, 2)
            x = F.relu(self.bns[0](self.convs[0](x)))
            x = torch.bmm(x.transpose(2, 1), self.fstn(x)).transpose(2, 1)
            for conv, bn in zip(self.convs[1:], self.bns[1:], strict=False):
                x = F.relu(bn(conv(x)))
            x = x.amax(dim=-1)
            x = self.dropout(F.relu(self.bn_fc(self.fc1(x))))
            return F.softmax(self.fc2(x), dim=1)

    return PointNet()
