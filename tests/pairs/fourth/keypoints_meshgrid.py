"""Keypoints by soft-argmax: x and y are exchanged in PyTorch. np.meshgrid and ops.meshgrid begin with columns."""

INPUTS = ("16x16x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": [
                "permute-axes",
                "wiring-other",
                "output-order",
                "concat-order",
                "position-table",
                "split-order",
                "reshape-order",
            ],
            "keras": ["*"],
            "torch": ["*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class SpatialSoftArgmax(layers.Layer):
        def __init__(self, beta=10.0, **kwargs):
            super().__init__(**kwargs)
            self.beta = beta

        def call(self, maps):
            _, height, width, points = maps.shape
            probs = ops.softmax(ops.reshape(maps, (-1, height * width, points)) * self.beta, axis=1)
            line = ops.arange(width, dtype=maps.dtype)
            gx, gy = ops.meshgrid(line, line)
            grid = ops.stack([ops.reshape(gx, (-1,)), ops.reshape(gy, (-1,))], axis=-1)
            return ops.einsum("bnk,nc->bkc", probs, grid)

    image = keras.Input((16, 16, 3))
    x = image
    for i, width in enumerate((8, 12)):
        x = layers.Conv2D(width, 3, padding="same", activation="relu", name=f"conv{i}")(x)
    x = layers.MaxPooling2D(2, name="pool")(x)
    heatmaps = layers.Conv2D(5, 1, name="heatmaps")(x)
    return keras.Model(image, [SpatialSoftArgmax(name="soft_argmax")(heatmaps), heatmaps])


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class KeypointNet(nn.Module):
        def __init__(self, keypoints=5, size=8):
            super().__init__()
            self.backbone = nn.Sequential(
                nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 12, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)
            )
            self.head = nn.Conv2d(12, keypoints, 1)
            axis = torch.arange(float(size))
            grid_x, grid_y = torch.meshgrid(axis, axis, indexing="ij")
            self.register_buffer("grid_x", grid_x, persistent=False)
            self.register_buffer("grid_y", grid_y, persistent=False)

        def forward(self, image):
            heat = self.head(self.backbone(image))
            p = F.softmax(10.0 * heat.flatten(2), dim=2).view_as(heat)
            x = (p * self.grid_x).sum(dim=(2, 3))
            y = (p * self.grid_y).sum(dim=(2, 3))
            return torch.stack((x, y), dim=2), heat

    return KeypointNet()
