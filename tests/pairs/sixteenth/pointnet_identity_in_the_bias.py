"""PointNet with a transformation network: PyTorch adds the identity matrix to the nine numbers it predicts, the Keras
port has it as the first value of a bias and adds nothing, so trained weights turn the points another way.
"""

INPUTS = ("32x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["branch-missing", "wiring-other", "constant-buffer", "join-other"],
            "keras": ["t_matrix", "t_reshape", "t_dot"],
            "torch": ["stn", "stn.fc3", "add*", "iadd*", "bmm*", "view*", "eye*"],
        }
    ],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers

    def conv_bn(x, filters, name):
        x = layers.Conv1D(filters, 1, name=name)(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn")(x)
        return layers.Activation("relu", name=f"{name}_relu")(x)

    def dense_bn(x, units, name):
        x = layers.Dense(units, name=name)(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn")(x)
        return layers.Activation("relu", name=f"{name}_relu")(x)

    def tnet(points, size):
        bias = keras.initializers.Constant(np.eye(size).flatten())
        x = conv_bn(points, 16, "t_conv1")
        x = conv_bn(x, 32, "t_conv2")
        x = layers.GlobalMaxPooling1D(name="t_pool")(x)
        x = dense_bn(x, 16, "t_dense")
        x = layers.Dense(size * size, kernel_initializer="zeros", bias_initializer=bias, name="t_matrix")(x)
        matrix = layers.Reshape((size, size), name="t_reshape")(x)
        return layers.Dot(axes=(2, 1), name="t_dot")([points, matrix])

    points = keras.Input((32, 3))
    x = tnet(points, 3)
    x = conv_bn(x, 16, "conv1")
    x = conv_bn(x, 24, "conv2")
    x = conv_bn(x, 48, "conv3")
    x = layers.GlobalMaxPooling1D(name="pool")(x)
    x = dense_bn(x, 24, "dense1")
    return keras.Model(points, layers.Dense(10, name="classes")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class STN3d(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv1d(3, 16, 1)
            self.conv2 = nn.Conv1d(16, 32, 1)
            self.fc1 = nn.Linear(32, 16)
            self.fc3 = nn.Linear(16, 9)
            self.bn1 = nn.BatchNorm1d(16)
            self.bn2 = nn.BatchNorm1d(32)
            self.bn4 = nn.BatchNorm1d(16)

        def forward(self, x):
            x = F.relu(self.bn1(self.conv1(x)))
            x = F.relu(self.bn2(self.conv2(x)))
            x = torch.max(x, 2)[0]
            x = F.relu(self.bn4(self.fc1(x)))
            x = self.fc3(x)
            x = x + torch.eye(3, dtype=x.dtype, device=x.device).view(1, 9)
            return x.view(-1, 3, 3)

    class PointNetCls(nn.Module):
        def __init__(self, k=10):
            super().__init__()
            self.stn = STN3d()
            self.conv1 = nn.Conv1d(3, 16, 1)
            self.conv2 = nn.Conv1d(16, 24, 1)
            self.conv3 = nn.Conv1d(24, 48, 1)
            self.bn1 = nn.BatchNorm1d(16)
            self.bn2 = nn.BatchNorm1d(24)
            self.bn3 = nn.BatchNorm1d(48)
            self.fc1 = nn.Linear(48, 24)
            self.bn4 = nn.BatchNorm1d(24)
            self.fc2 = nn.Linear(24, k)

        def forward(self, points):
            trans = self.stn(points.transpose(2, 1))
            x = torch.bmm(points, trans).transpose(2, 1)
            x = F.relu(self.bn1(self.conv1(x)))
            x = F.relu(self.bn2(self.conv2(x)))
            x = F.relu(self.bn3(self.conv3(x)))
            x = torch.max(x, 2)[0]
            x = F.relu(self.bn4(self.fc1(x)))
            return self.fc2(x)

    return PointNetCls()
