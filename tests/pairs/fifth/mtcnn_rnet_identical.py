"""R-Net of MTCNN: PReLU, an overlapping pool that keeps its last window, columns first before the dense layer.

The Keras model permutes (width before height) because the weights came from Caffe; facenet-pytorch permutes as well.
"""

INPUTS = ("24x24x3",)
TRUTH = {"identical": True}


def keras_model():
    from keras.layers import Conv2D, Dense, Flatten, Input, MaxPool2D, Permute, PReLU
    from keras.models import Model

    image = Input(shape=(24, 24, 3))
    x = Conv2D(8, (3, 3), strides=1, padding="valid", name="conv1")(image)
    x = PReLU(shared_axes=[1, 2], name="prelu1")(x)
    x = MaxPool2D(pool_size=3, strides=2, padding="same")(x)
    x = Conv2D(12, (3, 3), strides=1, padding="valid", name="conv2")(x)
    x = PReLU(shared_axes=[1, 2], name="prelu2")(x)
    x = MaxPool2D(pool_size=3, strides=2)(x)
    x = Conv2D(16, (2, 2), strides=1, padding="valid", name="conv3")(x)
    x = PReLU(shared_axes=[1, 2], name="prelu3")(x)
    x = Permute((2, 1, 3))(x)
    x = Flatten()(x)
    x = Dense(24, name="conv4")(x)
    x = PReLU(name="prelu4")(x)
    classifier = Dense(2, activation="softmax", name="conv5-1")(x)
    bbox_regress = Dense(4, name="conv5-2")(x)
    return Model([image], [classifier, bbox_regress])


def torch_model():
    from torch import nn

    class RNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(3, 8, kernel_size=3)
            self.prelu1 = nn.PReLU(8)
            self.pool1 = nn.MaxPool2d(3, 2, ceil_mode=True)
            self.conv2 = nn.Conv2d(8, 12, kernel_size=3)
            self.prelu2 = nn.PReLU(12)
            self.pool2 = nn.MaxPool2d(3, 2, ceil_mode=True)
            self.conv3 = nn.Conv2d(12, 16, kernel_size=2)
            self.prelu3 = nn.PReLU(16)
            self.dense4 = nn.Linear(144, 24)
            self.prelu4 = nn.PReLU(24)
            self.dense5_1 = nn.Linear(24, 2)
            self.softmax5_1 = nn.Softmax(dim=1)
            self.dense5_2 = nn.Linear(24, 4)

        def forward(self, x):
            x = self.pool1(self.prelu1(self.conv1(x)))
            x = self.pool2(self.prelu2(self.conv2(x)))
            x = self.prelu3(self.conv3(x))
            x = x.permute(0, 3, 2, 1).contiguous()
            x = self.prelu4(self.dense4(x.view(x.shape[0], -1)))
            return self.softmax5_1(self.dense5_1(x)), self.dense5_2(x)

    return RNet()
