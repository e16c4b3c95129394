"""A bag of words with Adagrad, aligned in every number; only the rows of repeated words part."""

INPUTS = ["9:int32"]
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["embedding-sparse-gradient"], "keras": ["optimizer"], "torch": ["optimizer"]}],
}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(
        [keras.Input((9,), dtype="int32"), layers.Embedding(12, 5), layers.GlobalAveragePooling1D(), layers.Dense(2)]
    )
    return model, keras.optimizers.Adagrad(0.05), keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def torch_model():
    import torch
    from torch import nn

    class Bag(nn.Module):
        def __init__(self):
            super().__init__()
            self.table = nn.Embedding(12, 5)
            self.head = nn.Linear(5, 2)

        def forward(self, tokens):
            return self.head(self.table(tokens).mean(1))

    model = Bag()
    optimizer = torch.optim.Adagrad(model.parameters(), 0.05, initial_accumulator_value=0.1 + 1e-7, eps=0)
    return model, optimizer, nn.CrossEntropyLoss()
