"""PointNet classifier with its input T-Net, from the Keras tutorial style to channels-first convolutions of width
one; after loading the weights the shapes fit, do the values?
"""

INPUTS = ("32x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    def conv_bn(x, filters, name):
        x = layers.Conv1D(filters, kernel_size=1, padding="valid", name=name)(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=name + "_bn")(x)
        return layers.Activation("relu", name=name + "_relu")(x)

    def dense_bn(x, filters, name):
        x = layers.Dense(filters, name=name)(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=name + "_bn")(x)
        return layers.Activation("relu", name=name + "_relu")(x)

    class AddIdentity(layers.Layer):
        def call(self, x):
            return ops.reshape(x, (-1, 3, 3)) + ops.eye(3, dtype=x.dtype)

        def compute_output_shape(self, shape):
            return (shape[0], 3, 3)

    def tnet(inputs):
        x = conv_bn(inputs, 8, "t_conv1")
        x = conv_bn(x, 16, "t_conv2")
        x = layers.GlobalMaxPooling1D(name="t_pool")(x)
        x = dense_bn(x, 8, "t_fc1")
        x = AddIdentity(name="t_matrix")(layers.Dense(9, name="t_fc2")(x))
        return layers.Dot(axes=(2, 1), name="t_apply")([inputs, x])

    points = keras.Input((32, 3))
    x = tnet(points)
    x = conv_bn(x, 12, "conv1")
    x = conv_bn(x, 32, "conv2")
    x = layers.GlobalMaxPooling1D(name="pool")(x)
    x = dense_bn(x, 16, "fc1")
    x = layers.Dropout(0.3, name="drop")(x)
    return keras.Model(points, layers.Dense(6, activation="log_softmax", name="classes")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class STN3d(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1, self.conv2 = nn.Conv1d(3, 8, 1), nn.Conv1d(8, 16, 1)
            self.fc1, self.fc2 = nn.Linear(16, 8), nn.Linear(8, 9)
            self.bn1, self.bn2, self.bn3 = nn.BatchNorm1d(8), nn.BatchNorm1d(16), nn.BatchNorm1d(8)

        def forward(self, x):
            x = F.relu(self.bn1(self.conv1(x)))
            x = F.relu(self.bn2(self.conv2(x)))
            x = torch.max(x, 2, keepdim=True)[0].view(-1, 16)
            x = F.relu(self.bn3(self.fc1(x)))
            iden = torch.eye(3, dtype=x.dtype, device=x.device).flatten().unsqueeze(0).repeat(x.size(0), 1)
            return (self.fc2(x) + iden).view(-1, 3, 3)

    class PointNetCls(nn.Module):
        def __init__(self, k=6):
            super().__init__()
            self.stn = STN3d()
            self.conv1, self.bn1 = nn.Conv1d(3, 12, 1), nn.BatchNorm1d(12)
            self.conv2, self.bn2 = nn.Conv1d(12, 32, 1), nn.BatchNorm1d(32)
            self.fc1, self.bn3 = nn.Linear(32, 16), nn.BatchNorm1d(16)
            self.dropout = nn.Dropout(p=0.3)
            self.fc2 = nn.Linear(16, k)

        def forward(self, points):
            x = points.transpose(2, 1)
            trans = self.stn(x)
            x = torch.bmm(points, trans).transpose(2, 1)
            x = F.relu(self.bn1(self.conv1(x)))
            x = F.relu(self.bn2(self.conv2(x)))
            x = x.max(dim=2)[0]
            x = self.fc2(self.dropout(F.relu(self.bn3(self.fc1(x)))))
            return F.log_softmax(x, dim=1)

    return PointNetCls()
