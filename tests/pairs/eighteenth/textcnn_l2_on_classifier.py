"""Sentence classifier with windows of three, four and five words; the Keras one has an L2 regulariser of 0.01 on its
last layer, the PyTorch one the same number as weight decay of that layer, and overfits more.
"""

INPUTS = ("20:int32",)
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["l2-half", "loss-penalty"],
            "keras": ["loss", "optimizer", "sentiment"],
            "torch": ["loss", "optimizer", "fc"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, regularizers

    tokens = keras.Input((20,), dtype="int32")
    embedded = layers.Embedding(80, 16, name="embedding")(tokens)
    pooled = []
    for size in (3, 4, 5):
        conv = layers.Conv1D(12, size, activation="relu", name=f"window{size}")(embedded)
        pooled.append(layers.GlobalMaxPooling1D()(conv))
    x = layers.Dropout(0.5)(layers.Concatenate()(pooled))
    logits = layers.Dense(3, kernel_regularizer=regularizers.L2(0.01), name="sentiment")(x)
    model = keras.Model(tokens, logits)
    optimizer = keras.optimizers.SGD(learning_rate=0.05)
    return model, optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class TextCNN(nn.Module):
        def __init__(self, vocab=80, dim=16, n_filters=12, sizes=(3, 4, 5)):
            super().__init__()
            self.embedding = nn.Embedding(vocab, dim)
            self.convs = nn.ModuleList([nn.Conv1d(dim, n_filters, k) for k in sizes])
            self.dropout = nn.Dropout(0.5)
            self.fc = nn.Linear(len(sizes) * n_filters, 3)

        def forward(self, text):
            embedded = self.embedding(text).permute(0, 2, 1)
            conved = [F.relu(conv(embedded)) for conv in self.convs]
            pooled = [F.max_pool1d(c, c.shape[2]).squeeze(2) for c in conved]
            return self.fc(self.dropout(torch.cat(pooled, dim=1)))

    model = TextCNN()
    others = [p for name, p in model.named_parameters() if name != "fc.weight"]
    optimizer = torch.optim.SGD([{"params": others}, {"params": [model.fc.weight], "weight_decay": 0.01}], lr=0.05)
    return model, optimizer, nn.CrossEntropyLoss()
