"""Why do C3D features from my PyTorch port differ from the Keras ones although conv5 agrees (Sports-1M weights)?"""

INPUTS = ("8x28x28x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            # rows and columns are padded behind only in Keras, on both ends in PyTorch
            "rules": ["pool-padding", "pad-symmetric", "pool-zero-padding"],
            "keras": ["zeropad3", "pool3"],
            "torch": ["pool3"],
        }
    ],
}


def keras_model():
    from keras.layers import Conv3D, Dense, Dropout, Flatten, Input, MaxPooling3D, ZeroPadding3D
    from keras.models import Sequential

    model = Sequential()
    model.add(Input((8, 28, 28, 3)))
    model.add(Conv3D(6, 3, activation="relu", padding="same", name="conv1"))
    model.add(MaxPooling3D(pool_size=(1, 2, 2), strides=(1, 2, 2), padding="valid", name="pool1"))
    model.add(Conv3D(8, 3, activation="relu", padding="same", name="conv2"))
    model.add(MaxPooling3D(pool_size=(2, 2, 2), strides=(2, 2, 2), padding="valid", name="pool2"))
    model.add(Conv3D(8, 3, activation="relu", padding="same", name="conv3a"))
    model.add(Conv3D(8, 3, activation="relu", padding="same", name="conv3b"))
    model.add(ZeroPadding3D(padding=((0, 0), (0, 1), (0, 1)), name="zeropad3"))
    model.add(MaxPooling3D(pool_size=(2, 2, 2), strides=(2, 2, 2), padding="valid", name="pool3"))
    model.add(Flatten(name="flatten"))
    model.add(Dense(16, activation="relu", name="fc6"))
    model.add(Dropout(0.5, name="drop6"))
    model.add(Dense(4, activation="softmax", name="fc7"))
    return model


def torch_model():
    from torch import nn

    class C3D(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv3d(3, 6, kernel_size=(3, 3, 3), padding=(1, 1, 1))
            self.pool1 = nn.MaxPool3d(kernel_size=(1, 2, 2), stride=(1, 2, 2))
            self.conv2 = nn.Conv3d(6, 8, kernel_size=(3, 3, 3), padding=(1, 1, 1))
            self.pool2 = nn.MaxPool3d(kernel_size=(2, 2, 2), stride=(2, 2, 2))
            self.conv3a = nn.Conv3d(8, 8, kernel_size=(3, 3, 3), padding=(1, 1, 1))
            self.conv3b = nn.Conv3d(8, 8, kernel_size=(3, 3, 3), padding=(1, 1, 1))
            self.pool3 = nn.MaxPool3d(kernel_size=(2, 2, 2), stride=(2, 2, 2), padding=(0, 1, 1))
            self.fc6 = nn.Linear(8 * 2 * 4 * 4, 16)
            self.fc7 = nn.Linear(16, 4)
            self.dropout = nn.Dropout(p=0.5)
            self.relu = nn.ReLU()
            self.softmax = nn.Softmax(dim=1)

        def forward(self, x):
            h = self.pool1(self.relu(self.conv1(x)))
            h = self.pool2(self.relu(self.conv2(h)))
            h = self.relu(self.conv3a(h))
            h = self.relu(self.conv3b(h))
            h = self.pool3(h)
            h = h.reshape(-1, 256)
            h = self.dropout(self.relu(self.fc6(h)))
            return self.softmax(self.fc7(h))

    return C3D()
