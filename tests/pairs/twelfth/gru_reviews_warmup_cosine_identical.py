"""Reviews read by a GRU; the rate warms up from zero over 20 steps and falls along a cosine, by hand in a LambdaLR."""

INPUTS = ["12:int32"]
TRAINS = True
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((12,), dtype="int32"),
            layers.Embedding(60, 16, name="words"),
            layers.GRU(20, name="reader"),
            layers.Dense(3, name="classes"),
        ]
    )
    rate = keras.optimizers.schedules.CosineDecay(0.0, decay_steps=180, warmup_target=0.5, warmup_steps=20)
    return model, keras.optimizers.SGD(rate), keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def torch_model():
    import math

    import torch
    from torch import nn

    class ReviewClassifier(nn.Module):
        def __init__(self, vocab_size=60, embed_dim=16, hidden_dim=20, num_classes=3):
            super().__init__()
            self.fc = nn.Linear(hidden_dim, num_classes)
            self.rnn = nn.GRU(embed_dim, hidden_dim, batch_first=True)
            self.embed = nn.Embedding(vocab_size, embed_dim)

        def forward(self, tokens):
            _, hidden = self.rnn(self.embed(tokens))
            return self.fc(hidden[-1])

    warmup, total = 20, 200

    def factor(step):
        if step < warmup:
            return step / warmup
        progress = min(1.0, (step - warmup) / (total - warmup))
        return 0.5 * (1.0 + math.cos(math.pi * progress))

    model = ReviewClassifier()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    return model, optimizer, nn.CrossEntropyLoss(), torch.optim.lr_scheduler.LambdaLR(optimizer, factor)
