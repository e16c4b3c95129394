"""Spatial transformer for digits: my Keras sampler (linspace from -1 to 1) against affine_grid and grid_sample.

PyTorch only says "Default grid_sample and affine_grid behavior has changed to align_corners=False since 1.3.0".
"""

INPUTS = ("20x20x1",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["resize-align-corners", "position-table", "scale-other", "wiring-other"],
            "keras": ["sampler", "theta"],
            "torch": ["affine_grid*", "grid_sample*", "grid_sampler*", "stn*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class BilinearSampler(layers.Layer):
        def call(self, inputs):
            image, theta = inputs
            height, width = image.shape[1], image.shape[2]
            xs = ops.linspace(-1.0, 1.0, width, dtype=theta.dtype)
            ys = ops.linspace(-1.0, 1.0, height, dtype=theta.dtype)
            x_t, y_t = ops.meshgrid(xs, ys)
            grid = ops.stack(
                [ops.reshape(x_t, (-1,)), ops.reshape(y_t, (-1,)), ops.ones((height * width,), theta.dtype)]
            )
            moved = ops.matmul(ops.reshape(theta, (-1, 2, 3)), grid)
            x = ops.clip((moved[:, 0] + 1.0) * (width - 1) / 2.0, 0.0, width - 1.0)
            y = ops.clip((moved[:, 1] + 1.0) * (height - 1) / 2.0, 0.0, height - 1.0)
            x0, y0 = ops.floor(x), ops.floor(y)
            dx, dy = (x - x0)[..., None], (y - y0)[..., None]
            x0, y0 = ops.cast(x0, "int32"), ops.cast(y0, "int32")
            x1, y1 = ops.minimum(x0 + 1, width - 1), ops.minimum(y0 + 1, height - 1)
            flat = ops.reshape(image, (-1, height * width, image.shape[3]))

            def pixel(row, column):
                return ops.take_along_axis(flat, (row * width + column)[..., None], axis=1)

            top = (1 - dx) * pixel(y0, x0) + dx * pixel(y0, x1)
            bottom = (1 - dx) * pixel(y1, x0) + dx * pixel(y1, x1)
            return ops.reshape((1 - dy) * top + dy * bottom, (-1, height, width, image.shape[3]))

    image = keras.Input((20, 20, 1))
    x = layers.MaxPooling2D(2)(layers.Conv2D(6, 5, activation="relu", name="loc_conv")(image))
    x = layers.Dense(16, activation="relu", name="loc_fc")(layers.Flatten()(x))
    identity = keras.initializers.Constant([1.0, 0, 0, 0, 1.0, 0])
    theta = layers.Dense(6, bias_initializer=identity, name="theta")(x)
    x = BilinearSampler(name="sampler")([image, theta])
    x = layers.MaxPooling2D(2)(layers.Conv2D(8, 3, activation="relu", name="conv")(x))
    return keras.Model(image, layers.Dense(10, name="digit")(layers.Flatten()(x)))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.localization = nn.Sequential(nn.Conv2d(1, 6, kernel_size=5), nn.ReLU(True), nn.MaxPool2d(2, stride=2))
            self.fc_loc = nn.Sequential(nn.Linear(6 * 8 * 8, 16), nn.ReLU(True), nn.Linear(16, 3 * 2))
            self.fc_loc[2].bias.data.copy_(torch.tensor([1, 0, 0, 0, 1, 0], dtype=torch.float))
            self.conv = nn.Conv2d(1, 8, 3)
            self.fc = nn.Linear(8 * 9 * 9, 10)

        def stn(self, x):
            xs = torch.flatten(self.localization(x), 1)
            theta = self.fc_loc(xs).view(-1, 2, 3)
            return F.grid_sample(x, F.affine_grid(theta, x.size()), padding_mode="border")

        def forward(self, x):
            x = F.max_pool2d(F.relu(self.conv(self.stn(x))), 2)
            return self.fc(x.flatten(1))

    return Net()
