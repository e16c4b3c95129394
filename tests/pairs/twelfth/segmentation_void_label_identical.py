"""A small U-net for street scenes whose void label 255 is ignored by both losses, trained with Nesterov momentum."""

INPUTS = ["16x16x3"]
TRAINS = True
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    def conv_bn_relu(x, filters, name):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"{name}_conv")(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn")(x)
        return layers.ReLU(name=f"{name}_relu")(x)

    image = keras.Input((16, 16, 3), name="image")
    fine = conv_bn_relu(image, 10, "fine")
    coarse = conv_bn_relu(layers.MaxPooling2D(2)(fine), 16, "coarse")
    up = layers.Conv2DTranspose(10, 2, strides=2, name="up")(coarse)
    x = conv_bn_relu(layers.Concatenate()([up, fine]), 12, "joined")
    model = keras.Model(image, layers.Conv2D(5, 1, name="classes")(x))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=255)
    return model, keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True), loss


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class ConvBlock(nn.Sequential):
        def __init__(self, cin, cout):
            super().__init__(
                nn.Conv2d(cin, cout, 3, padding=1, bias=False), nn.BatchNorm2d(cout), nn.ReLU(inplace=True)
            )

    class TinyUNet(nn.Module):
        def __init__(self, num_classes=5):
            super().__init__()
            self.enc1 = ConvBlock(3, 10)
            self.enc2 = ConvBlock(10, 16)
            self.dec = ConvBlock(20, 12)
            self.upconv = nn.ConvTranspose2d(16, 10, 2, stride=2)
            self.out = nn.Conv2d(12, num_classes, 1)

        def forward(self, x):
            e1 = self.enc1(x)
            e2 = self.enc2(F.max_pool2d(e1, 2))
            return self.out(self.dec(torch.cat((self.upconv(e2), e1), dim=1)))

    model = TinyUNet()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, nesterov=True)
    return model, optimizer, nn.CrossEntropyLoss(ignore_index=255)


def training_data():
    import numpy as np

    numbers = np.random.default_rng(3)
    images = numbers.normal(size=(24, 16, 16, 3)).astype("float32")
    labels = numbers.integers(0, 5, size=(24, 16, 16)).astype("int64")
    labels[numbers.random(labels.shape) < 0.2] = 255
    return images, labels
