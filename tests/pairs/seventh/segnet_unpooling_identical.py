"""SegNet: MaxPool2d(return_indices=True) and MaxUnpool2d; Keras has neither, so I keep a one-hot of the winner."""

INPUTS = ("16x16x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    def windows(x):
        _, h, w, c = x.shape
        x = ops.reshape(x, (-1, h // 2, 2, w // 2, 2, c))
        return ops.reshape(ops.transpose(x, (0, 1, 3, 5, 2, 4)), (-1, h // 2, w // 2, c, 4))

    class PoolWithSwitches(layers.Layer):
        def call(self, x):
            flat = windows(x)
            switches = ops.one_hot(ops.argmax(flat, axis=-1), 4, dtype=flat.dtype)
            return ops.sum(flat * switches, axis=-1), ops.stop_gradient(switches)

        def compute_output_spec(self, x):
            b, h, w, c = x.shape
            return (
                keras.KerasTensor((b, h // 2, w // 2, c), x.dtype),
                keras.KerasTensor((b, h // 2, w // 2, c, 4), x.dtype),
            )

    class Unpool(layers.Layer):
        def call(self, inputs):
            x, switches = inputs
            _, h, w, c = x.shape
            x = ops.reshape(x[..., None] * switches, (-1, h, w, c, 2, 2))
            return ops.reshape(ops.transpose(x, (0, 1, 4, 2, 5, 3)), (-1, 2 * h, 2 * w, c))

        def compute_output_spec(self, inputs):
            b, h, w, c = inputs[0].shape
            return keras.KerasTensor((b, 2 * h, 2 * w, c), inputs[0].dtype)

    def block(x, filters, name):
        x = layers.Conv2D(filters, 3, padding="same", name=f"{name}_conv")(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn")(x)
        return layers.ReLU(name=f"{name}_relu")(x)

    image = keras.Input((16, 16, 3))
    x = block(image, 8, "enc1")
    x, first = PoolWithSwitches(name="pool1")(x)
    x = block(x, 12, "enc2")
    x, second = PoolWithSwitches(name="pool2")(x)
    x = Unpool(name="unpool2")([x, second])
    x = block(x, 8, "dec2")
    x = Unpool(name="unpool1")([x, first])
    x = block(x, 8, "dec1")
    return keras.Model(image, layers.Conv2D(4, 1, name="classes")(x))


def torch_model():
    from torch import nn

    def cbr(cin, cout):
        return nn.Sequential(nn.Conv2d(cin, cout, 3, padding=1), nn.BatchNorm2d(cout), nn.ReLU(inplace=True))

    class SegNet(nn.Module):
        def __init__(self, n_class=4):
            super().__init__()
            self.stage1, self.stage2 = cbr(3, 8), cbr(8, 12)
            self.up2, self.up1 = cbr(12, 8), cbr(8, 8)
            self.pool = nn.MaxPool2d(2, return_indices=True)
            self.unpool = nn.MaxUnpool2d(2)
            self.final = nn.Conv2d(8, n_class, 1)

        def forward(self, x):
            x, i1 = self.pool(self.stage1(x))
            x, i2 = self.pool(self.stage2(x))
            x = self.up2(self.unpool(x, i2))
            return self.final(self.up1(self.unpool(x, i1)))

    return SegNet()
