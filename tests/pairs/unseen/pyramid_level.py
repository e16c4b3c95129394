"""Feature pyramid with two heads: the fine head reads the lateral map before the coarse one is added."""

INPUTS = ("16x16x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["wiring-other", "branch-missing"],
            "keras": ["smooth_fine", "merge"],
            "torch": ["smooth_fine", "add*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((16, 16, 3))
    c2 = layers.Conv2D(6, 3, padding="same", activation="relu", name="stage_2")(inputs)
    c3 = layers.MaxPooling2D()(c2)
    c3 = layers.Conv2D(10, 3, padding="same", activation="relu", name="stage_3")(c3)
    p3 = layers.Conv2D(8, 1, name="lateral_coarse")(c3)
    p2 = layers.Add(name="merge")([layers.UpSampling2D(2)(p3), layers.Conv2D(8, 1, name="lateral_fine")(c2)])
    p2 = layers.Conv2D(8, 3, padding="same", name="smooth_fine")(p2)
    p3 = layers.Conv2D(8, 3, padding="same", name="smooth_coarse")(p3)
    boxes = layers.Conv2D(4, 1, name="boxes")(p3)
    heat = layers.Conv2D(2, 1, activation="sigmoid", name="heat")(p2)
    return keras.Model(inputs, [heat, boxes])


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class FPN(nn.Module):
        def __init__(self):
            super().__init__()
            self.stage_2 = nn.Conv2d(3, 6, 3, padding=1)
            self.stage_3 = nn.Conv2d(6, 10, 3, padding=1)
            self.lateral_fine = nn.Conv2d(6, 8, 1)
            self.lateral_coarse = nn.Conv2d(10, 8, 1)
            self.smooth_fine = nn.Conv2d(8, 8, 3, padding=1)
            self.smooth_coarse = nn.Conv2d(8, 8, 3, padding=1)
            self.boxes = nn.Conv2d(8, 4, 1)
            self.heat = nn.Conv2d(8, 2, 1)

        def forward(self, x):
            c2 = F.relu(self.stage_2(x))
            c3 = F.relu(self.stage_3(F.max_pool2d(c2, 2)))
            p3 = self.lateral_coarse(c3)
            lateral = self.lateral_fine(c2)
            merged = lateral + F.interpolate(p3, size=lateral.shape[-2:])
            fine, coarse = self.smooth_fine(lateral), self.smooth_coarse(p3)
            assert merged.shape == fine.shape
            return self.heat(fine).sigmoid(), self.boxes(coarse)

    return FPN()
