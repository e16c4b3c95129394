"""Eight steps of eight features: Keras normalises features, BatchNorm1d on (batch, steps, features) takes steps."""

INPUTS = ("8x8",)
TRUTH = {"identical": False, "causes": [{"rules": ["norm-axis"], "keras": ["bn_1"], "torch": ["layers.1.norm"]}]}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(name="frame_mlp")
    model.add(keras.Input((8, 8)))
    for i in range(3):
        model.add(layers.Dense(8, use_bias=False, name=f"dense_{i}"))
        model.add(layers.BatchNormalization(epsilon=1e-5, momentum=0.9, name=f"bn_{i}"))
        model.add(layers.Activation("elu", name=f"elu_{i}"))
    model.add(layers.GlobalAveragePooling1D(name="mean"))
    model.add(layers.Dense(3, name="classes"))
    return model


def torch_model():
    from torch import nn

    class FrameLayer(nn.Module):
        def __init__(self, width, over_features: bool):
            super().__init__()
            self.linear = nn.Linear(width, width, bias=False)
            self.norm = nn.BatchNorm1d(width)
            self.act = nn.ELU()
            self.over_features = over_features

        def forward(self, x):
            x = self.linear(x)
            x = self.norm(x.transpose(1, 2)).transpose(1, 2) if self.over_features else self.norm(x)
            return self.act(x)

    class FrameMLP(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = nn.ModuleList([FrameLayer(8, i != 1) for i in range(3)])
            self.fc = nn.Linear(8, 3)

        def forward(self, x):
            for layer in self.layers:
                x = layer(x)
            return self.fc(x.mean(1))

    return FrameMLP()
