"""A ResNet for tables: layer norm, two linear maps and a skip per block, one number predicted. Rate, momentum and
weight_decay of SGD have the same values on both sides.
"""

INPUTS = ("14",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["optimizer-coupled-decay"], "keras": ["optimizer"], "torch": ["optimizer"]}],
}
TRAINS = True


def keras_model():
    import keras
    from keras import layers

    columns = keras.Input((14,), name="columns")
    x = layers.Dense(16, name="first")(columns)
    for i in range(2):
        y = layers.LayerNormalization(epsilon=1e-5, name=f"norm_{i}")(x)
        y = layers.Dense(24, activation="relu", name=f"wide_{i}")(y)
        y = layers.Dense(16, name=f"narrow_{i}")(y)
        x = layers.Add(name=f"sum_{i}")([x, y])
    x = layers.ReLU(name="last_relu")(layers.LayerNormalization(epsilon=1e-5, name="last_norm")(x))
    model = keras.Model(columns, layers.Dense(1, name="price")(x))
    optimizer = keras.optimizers.SGD(learning_rate=0.01, momentum=0.9, weight_decay=1e-3)
    return model, optimizer, keras.losses.MeanSquaredError()


def torch_model():
    import torch
    from torch import nn

    class Block(nn.Module):
        def __init__(self, d, d_hidden):
            super().__init__()
            self.norm = nn.LayerNorm(d)
            self.linear0 = nn.Linear(d, d_hidden)
            self.linear1 = nn.Linear(d_hidden, d)

        def forward(self, x):
            return x + self.linear1(torch.relu(self.linear0(self.norm(x))))

    model = nn.Sequential(
        nn.Linear(14, 16),
        Block(16, 24),
        Block(16, 24),
        nn.Sequential(nn.LayerNorm(16), nn.ReLU(), nn.Linear(16, 1)),
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-3)
    return model, optimizer, nn.MSELoss()
