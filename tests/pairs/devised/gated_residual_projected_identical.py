"""A gated residual network with a projected skip; value and gate are one layer in PyTorch."""

INPUTS = ("5",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    class GRN(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self.elu_dense = layers.Dense(units, activation="elu", name="elu_dense")
            self.linear_dense = layers.Dense(units, name="linear_dense")
            self.value = layers.Dense(units, name="value")
            self.gate = layers.Dense(units, activation="sigmoid", name="gate")
            self.layer_norm = layers.LayerNormalization(epsilon=1e-5, name="norm")
            self.project = layers.Dense(units, name="project")

        def build(self, shape):
            self.elu_dense.build(shape)
            self.project.build(shape)
            for inner in (self.linear_dense, self.value, self.gate, self.layer_norm):
                inner.build((None, self.units))

        def call(self, inputs):
            x = self.linear_dense(self.elu_dense(inputs))
            inputs = self.project(inputs)
            return self.layer_norm(inputs + self.value(x) * self.gate(x))

    x = keras.Input((5,), name="x")
    y = GRN(10, name="select")(x)
    return keras.Model(x, layers.Dense(1, name="out")(y))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class GRN(nn.Module):
        def __init__(self, d_in, d):
            super().__init__()
            self.skip = nn.Linear(d_in, d)
            self.fc1, self.fc2, self.glu, self.norm = (
                nn.Linear(d_in, d),
                nn.Linear(d, d),
                nn.Linear(d, 2 * d),
                nn.LayerNorm(d),
            )

        def forward(self, x):
            h = self.fc2(F.elu(self.fc1(x)))
            return self.norm(self.skip(x) + F.glu(self.glu(h), dim=-1))

    return nn.Sequential(GRN(5, 10), nn.Linear(10, 1))
