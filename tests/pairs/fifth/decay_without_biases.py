"""weight_decay=0.125 for a residual MLP. exclude_from_weight_decay spares biases and norms in Keras; in PyTorch I pass
model.parameters() and the decay reaches all of them.
"""

INPUTS = ["10"]
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["optimizer-decay-exclusion"], "keras": ["optimizer"], "torch": ["optimizer"]},
    ],
}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((10,))
    x = layers.Dense(16, name="stem")(inputs)
    for i in range(2):
        y = layers.LayerNormalization(epsilon=1e-5, name=f"norm_{i}")(x)
        y = layers.Dense(16, activation="relu", name=f"fc_{i}")(y)
        x = layers.Add(name=f"add_{i}")([x, y])
    model = keras.Model(inputs, layers.Dense(3, name="classes")(x))
    optimizer = keras.optimizers.SGD(learning_rate=0.125, weight_decay=0.125)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return model, optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def torch_model():
    import torch
    from torch import nn

    class Residual(nn.Sequential):
        def forward(self, x):
            return x + super().forward(x)

    blocks = [Residual(nn.LayerNorm(16), nn.Linear(16, 16), nn.ReLU()) for _ in range(2)]
    model = nn.Sequential(nn.Linear(10, 16), *blocks, nn.Linear(16, 3))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.125, weight_decay=0.125)
    return model, optimizer, nn.CrossEntropyLoss()


def training_data():
    import numpy as np

    rng = np.random.default_rng(25)
    return rng.normal(size=(24, 10)).astype("float32"), rng.integers(0, 3, 24).astype("int32")
