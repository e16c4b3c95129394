"""Deep & Cross v2: x0 * (W x + b) + x in Keras, x0 * (W x) + b + x in PyTorch."""

INPUTS = ("3:int32", "5")
TRUTH = {
    "identical": False,
    "causes": [
        {
            # both have the bias; it meets the product one step later
            "rules": ["wiring-other"],
            "keras": ["cross*"],
            "torch": ["cross*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class Cross(layers.Layer):
        def build(self, shapes):
            width = shapes[0][-1]
            self.dense = layers.Dense(width, name="dense")
            self.dense.build(shapes[1])
            self.built = True

        def call(self, inputs):
            x0, x = inputs
            return x0 * self.dense(x) + x

    ids = keras.Input((3,), dtype="int32", name="categories")
    numbers = keras.Input((5,), name="numbers")
    vectors = layers.Embedding(24, 4, name="table")(ids)
    x0 = layers.Concatenate(name="features")([layers.Flatten(name="flat")(vectors), ops.tanh(numbers)])
    x = x0
    for i in range(3):
        x = Cross(name=f"cross_{i}")([x0, x])
    deep = layers.Dense(16, activation="relu", name="deep_0")(x0)
    deep = layers.Dense(8, activation="relu", name="deep_1")(deep)
    both = layers.Concatenate(name="both")([x, deep])
    return keras.Model([ids, numbers], layers.Dense(1, activation="sigmoid", name="click")(both))


def torch_model():
    import torch
    from torch import nn

    class CrossNetMatrix(nn.Module):
        def __init__(self, in_features, layer_num=3):
            super().__init__()
            self.kernels = nn.ParameterList(
                [nn.Parameter(nn.init.xavier_normal_(torch.empty(in_features, in_features))) for _ in range(layer_num)]
            )
            self.bias = nn.ParameterList([nn.Parameter(torch.zeros(in_features, 1)) for _ in range(layer_num)])

        def forward(self, inputs):
            x_0 = inputs.unsqueeze(2)
            x_l = x_0
            for kernel, bias in zip(self.kernels, self.bias, strict=False):
                xl_w = torch.matmul(kernel, x_l)
                x_l = x_0 * xl_w + bias + x_l
            return x_l.squeeze(2)

    class DCN(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(24, 4)
            self.cross = CrossNetMatrix(17)
            self.deep = nn.Sequential(nn.Linear(17, 16), nn.ReLU(), nn.Linear(16, 8), nn.ReLU())
            self.predict = nn.Linear(25, 1)

        def forward(self, ids, numbers):
            x = torch.cat([self.embedding(ids).flatten(1), numbers.tanh()], dim=-1)
            return torch.sigmoid(self.predict(torch.cat([self.cross(x), self.deep(x)], dim=-1)))

    return DCN()
