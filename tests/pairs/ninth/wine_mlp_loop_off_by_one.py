"""Wine quality from eleven measurements, a plain MLP. My PyTorch class takes a tuple of sizes and puts a ReLU behind
every layer but the last one. R2 stays a few points behind Keras.
"""

INPUTS = ("11",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["activation-other"],  # none behind the third hidden layer
            "keras": ["hidden_2", "quality"],
            "torch": ["net.4", "net.5"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(name="wine")
    model.add(keras.Input((11,)))
    for i, units in enumerate((24, 16, 12)):
        model.add(layers.Dense(units, activation="relu", name=f"hidden_{i}"))
    model.add(layers.Dense(1, name="quality"))
    return model


def torch_model():
    from torch import nn

    class MLP(nn.Module):
        def __init__(self, sizes=(11, 24, 16, 12, 1)):
            super().__init__()
            stack = []
            for i, (fan_in, fan_out) in enumerate(zip(sizes[:-1], sizes[1:], strict=True)):
                stack.append(nn.Linear(fan_in, fan_out))
                if i < len(sizes) - 3:
                    stack.append(nn.ReLU())
            self.net = nn.Sequential(*stack)

        def forward(self, x):
            return self.net(x)

    return MLP()
