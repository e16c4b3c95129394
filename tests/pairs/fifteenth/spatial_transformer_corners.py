"""Spatial transformer in front of a digit classifier: the Keras layer builds its grid by linspace(-1, 1) and gathers
four pixels by hand, PyTorch uses affine_grid and grid_sample with their defaults.
"""

INPUTS = ("16x16x1",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["resize-align-corners"],
            "keras": ["sampler"],
            "torch": ["affine_grid*", "grid_sample*", "grid_sampler*", "stn", "stn.*", ""],
        }
    ],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    class BilinearSampler(layers.Layer):
        def call(self, image, theta):
            height, width, channels = image.shape[1:]
            xs, ys = np.meshgrid(np.linspace(-1.0, 1.0, width), np.linspace(-1.0, 1.0, height))
            grid = np.stack([xs.ravel(), ys.ravel(), np.ones(height * width)])
            where = ops.matmul(theta, ops.convert_to_tensor(grid, dtype=theta.dtype))
            x = 0.5 * (where[:, 0] + 1.0) * (width - 1)
            y = 0.5 * (where[:, 1] + 1.0) * (height - 1)
            x0, y0 = ops.floor(x), ops.floor(y)
            pixels = ops.reshape(image, (-1, height * width, channels))
            out = 0.0
            for cx, cy in ((x0, y0), (x0 + 1, y0), (x0, y0 + 1), (x0 + 1, y0 + 1)):
                weight = (1.0 - ops.abs(x - cx)) * (1.0 - ops.abs(y - cy))
                inside = (cx >= 0) & (cx <= width - 1) & (cy >= 0) & (cy <= height - 1)
                weight = weight * ops.cast(inside, weight.dtype)
                index = ops.clip(cy, 0, height - 1) * width + ops.clip(cx, 0, width - 1)
                index = ops.repeat(ops.cast(index, "int32")[..., None], channels, axis=-1)
                out = out + weight[..., None] * ops.take_along_axis(pixels, index, axis=1)
            return ops.reshape(out, (-1, height, width, channels))

    image = keras.Input((16, 16, 1))
    x = layers.Conv2D(6, 5, name="loc_conv1")(image)
    x = layers.ReLU()(layers.MaxPooling2D(2, name="loc_pool1")(x))
    x = layers.Conv2D(8, 3, name="loc_conv2")(x)
    x = layers.ReLU()(layers.MaxPooling2D(2, name="loc_pool2")(x))
    x = layers.GlobalAveragePooling2D(name="loc_mean")(x)
    x = layers.Dense(12, activation="relu", name="loc_fc1")(x)
    theta = layers.Reshape((2, 3), name="theta")(layers.Dense(6, name="loc_fc2")(x))
    theta = theta + np.array([[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]])
    x = BilinearSampler(name="sampler")(image, theta)
    x = layers.Conv2D(8, 3, activation="relu", name="conv")(x)
    x = layers.GlobalMaxPooling2D(name="pool")(x)
    return keras.Model(image, layers.Dense(10, name="digits")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(1, 8, 3)
            self.fc = nn.Linear(8, 10)
            self.localization = nn.Sequential(
                nn.Conv2d(1, 6, kernel_size=5),
                nn.MaxPool2d(2, stride=2),
                nn.ReLU(True),
                nn.Conv2d(6, 8, kernel_size=3),
                nn.MaxPool2d(2, stride=2),
                nn.ReLU(True),
            )
            self.fc_loc = nn.Sequential(nn.Linear(8, 12), nn.ReLU(True), nn.Linear(12, 6))

        def stn(self, x):
            xs = self.localization(x).mean((2, 3))
            theta = self.fc_loc(xs).view(-1, 2, 3) + torch.eye(2, 3, dtype=x.dtype, device=x.device)
            grid = F.affine_grid(theta, x.size())
            return F.grid_sample(x, grid)

        def forward(self, x):
            x = self.stn(x)
            x = F.relu(self.conv1(x))
            return self.fc(x.amax((2, 3)))

    return Net()
