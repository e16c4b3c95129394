"""Click prediction with a factorisation machine and a deep part (DeepFM): twelve measured numbers and four categories.
The predictions of the PyTorch version change from call to call.
"""

INPUTS = ("6", "4:int32")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["train-mode-left-on"],
            "keras": ["deep_0_relu", "deep_0_dropout", "deep_1_relu", "deep_1_dropout", "deep_1"],
            "torch": ["dropout*", "relu*", "deep.*", "deep", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class FactorizationMachine(layers.Layer):
        def call(self, fields):
            total = ops.square(ops.sum(fields, axis=1))
            each = ops.sum(ops.square(fields), axis=1)
            return 0.5 * ops.sum(total - each, axis=-1, keepdims=True)

    numbers = keras.Input((6,), name="numbers")
    categories = keras.Input((4,), dtype="int32", name="categories")
    fields = layers.Embedding(30, 8, name="factors")(categories)
    linear = layers.Flatten(name="linear_flat")(layers.Embedding(30, 1, name="linear_terms")(categories))
    linear = layers.Add(name="first_order")(
        [ops.sum(linear, axis=1, keepdims=True), layers.Dense(1, use_bias=False, name="linear_numbers")(numbers)]
    )
    second = FactorizationMachine(name="second_order")(fields)
    x = layers.Concatenate(name="deep_in")([layers.Flatten(name="fields_flat")(fields), numbers])
    for i, width in enumerate((32, 16)):
        x = layers.Dense(width, name=f"deep_{i}")(x)
        x = layers.ReLU(name=f"deep_{i}_relu")(x)
        x = layers.Dropout(0.4, name=f"deep_{i}_dropout")(x)
    x = layers.Dense(1, name="deep_out")(x)
    return keras.Model([numbers, categories], layers.Add(name="logit")([linear, second, x]))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class DeepFM(nn.Module):
        def __init__(self, num_numbers=6, num_fields=4, vocab=30, k=8, hidden=(32, 16), p=0.4):
            super().__init__()
            self.p = p
            self.w_numbers = nn.Linear(num_numbers, 1, bias=False)
            self.w = nn.Embedding(vocab, 1)
            self.v = nn.Embedding(vocab, k)
            sizes = (num_fields * k + num_numbers, *hidden)
            self.deep = nn.ModuleList([nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])])
            self.out = nn.Linear(sizes[-1], 1)

        def forward(self, numbers, categories):
            v = self.v(categories)
            first = self.w(categories).sum(1) + self.w_numbers(numbers)
            second = (v.sum(1).pow(2) - v.pow(2).sum(1)).sum(1, keepdim=True) * 0.5
            h = torch.cat([v.flatten(1), numbers], dim=1)
            for layer in self.deep:
                h = F.dropout(F.relu(layer(h)), p=self.p)
            return first + second + self.out(h)

    return DeepFM()
