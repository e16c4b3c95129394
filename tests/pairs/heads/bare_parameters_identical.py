"""Layer scale and a learned token: add_weight in Keras, nn.Parameter and no module in PyTorch."""

INPUTS = ("5x6",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class LayerScale(layers.Layer):
        def build(self, shape):
            self.gamma = self.add_weight(name="gamma", shape=(shape[-1],), initializer="ones")

        def call(self, x):
            return x * self.gamma

    class ClassToken(layers.Layer):
        def build(self, shape):
            self.token = self.add_weight(name="token", shape=(1, 1, shape[-1]), initializer="random_normal")

        def call(self, x):
            token = ops.broadcast_to(self.token, (ops.shape(x)[0], 1, x.shape[-1]))
            return ops.concatenate([token, x], axis=1)

    inputs = keras.Input((5, 6))
    x = ClassToken()(inputs)
    x = LayerScale()(layers.Dense(6, activation="gelu")(x)) + x
    return keras.Model(inputs, layers.Dense(2)(ops.mean(x, axis=1)))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.cls_token = nn.Parameter(torch.zeros(1, 1, 6))
            self.gamma = nn.Parameter(1e-1 * torch.ones(6))
            self.fc = nn.Linear(6, 6)
            self.head = nn.Linear(6, 2)

        def forward(self, x):
            x = torch.cat([self.cls_token.expand(x.shape[0], -1, -1), x], dim=1)
            x = self.gamma * F.gelu(self.fc(x)) + x
            return self.head(x.mean(1))

    return Net()
