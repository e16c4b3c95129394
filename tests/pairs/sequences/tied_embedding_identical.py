"""A small language model whose output layer is the embedding, transposed: tied on both sides."""

INPUTS = ("8:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class Tied(keras.Model):
        def __init__(self):
            super().__init__()
            self.embed = layers.Embedding(15, 6)
            self.rnn = layers.GRU(6, return_sequences=True)

        def call(self, tokens):
            x = self.rnn(self.embed(tokens))
            return ops.matmul(x, ops.transpose(self.embed.embeddings))

    model = Tied()
    model(keras.ops.zeros((1, 8), "int32"))
    return model


def torch_model():
    from torch import nn

    class LanguageModel(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = nn.Embedding(15, 6)
            self.rnn = nn.GRU(6, 6, batch_first=True)
            self.decoder = nn.Linear(6, 15, bias=False)
            self.decoder.weight = self.encoder.weight

        def forward(self, tokens):
            return self.decoder(self.rnn(self.encoder(tokens))[0])

    return LanguageModel()
