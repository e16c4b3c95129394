"""ArcFace head with labels as a second input: arccos, plus margin, cos in Keras; the addition theorem in PyTorch.

The labels arrive as one-hot rows. No easy margin on either side.
"""

INPUTS = ("16x16x1", "6")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class ArcFace(layers.Layer):
        def __init__(self, n_classes=6, s=16.0, m=0.5, **kwargs):
            super().__init__(**kwargs)
            self.n_classes, self.s, self.m = n_classes, s, m

        def build(self, input_shape):
            self.W = self.add_weight(name="W", shape=(input_shape[0][-1], self.n_classes))

        def call(self, inputs):
            x, y = inputs
            x = ops.normalize(x, axis=1)
            w = ops.normalize(self.W, axis=0)
            logits = ops.matmul(x, w)
            theta = ops.arccos(ops.clip(logits, -1.0 + 1e-7, 1.0 - 1e-7))
            target_logits = ops.cos(theta + self.m)
            logits = logits * (1 - y) + target_logits * y
            return ops.softmax(logits * self.s)

    image = keras.Input((16, 16, 1), name="image")
    label = keras.Input((6,), name="label")
    x = image
    for i, filters in enumerate((6, 12)):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"conv_{i}")(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"bn_{i}")(x)
        x = layers.MaxPooling2D(2)(layers.Activation("relu")(x))
    x = layers.Dense(10, name="features")(layers.Flatten()(layers.Dropout(0.5)(x)))
    return keras.Model([image, label], ArcFace(name="arcface")([x, label]))


def torch_model():
    import math

    import torch
    import torch.nn.functional as F
    from torch import nn

    class ArcMarginProduct(nn.Module):
        def __init__(self, in_features, out_features, s=16.0, m=0.50):
            super().__init__()
            self.s = s
            self.weight = nn.Parameter(torch.empty(out_features, in_features))
            nn.init.xavier_uniform_(self.weight)
            self.cos_m, self.sin_m = math.cos(m), math.sin(m)

        def forward(self, features, one_hot):
            cosine = F.linear(F.normalize(features), F.normalize(self.weight))
            sine = torch.sqrt((1.0 - torch.pow(cosine, 2)).clamp(1e-14, 1))
            phi = cosine * self.cos_m - sine * self.sin_m
            return (one_hot * phi + (1.0 - one_hot) * cosine) * self.s

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = nn.Sequential()
            for c_in, c_out in ((1, 6), (6, 12)):
                self.body.append(nn.Conv2d(c_in, c_out, 3, padding=1, bias=False))
                self.body.extend([nn.BatchNorm2d(c_out), nn.ReLU(inplace=True), nn.MaxPool2d(2)])
            self.body.extend([nn.Dropout(), nn.Flatten()])
            self.fc = nn.Linear(12 * 4 * 4, 10)
            self.margin = ArcMarginProduct(10, 6)

        def forward(self, x, label):
            return self.margin(self.fc(self.body(x)), label).softmax(dim=-1)

    return Net()
