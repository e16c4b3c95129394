"""Both questions go through the same layers, in another order on either side."""

INPUTS = ("9:int32", "9:int32")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    def local_inference(one, other, tag):
        both = [
            one,
            other,
            layers.Subtract(name=f"difference_{tag}")([one, other]),
            layers.Multiply(name=f"product_{tag}")([one, other]),
        ]
        return layers.Concatenate(name=f"enhanced_{tag}")(both)

    def pooled(x, tag):
        mean = layers.GlobalAveragePooling1D(name=f"mean_{tag}")(x)
        return [mean, layers.GlobalMaxPooling1D(name=f"max_{tag}")(x)]

    first, second = keras.Input((9,), dtype="int32"), keras.Input((9,), dtype="int32")
    words = layers.Embedding(60, 10, name="words")
    encode = layers.Bidirectional(layers.LSTM(6, return_sequences=True), name="encode")
    a, b = encode(words(first)), encode(words(second))
    scores = layers.Dot(axes=-1, name="scores")([a, b])
    weights_1 = layers.Softmax(axis=1, name="weights_1")(scores)
    weights_2 = layers.Permute((2, 1), name="turned")(layers.Softmax(axis=2, name="weights_2")(scores))
    a_aligned = layers.Dot(axes=1, name="aligned_1")([weights_1, a])
    b_aligned = layers.Dot(axes=1, name="aligned_2")([weights_2, b])
    project = layers.Dense(8, activation="relu", name="project")
    compose = layers.Bidirectional(layers.LSTM(5, return_sequences=True), name="compose")
    a = compose(project(local_inference(a, b_aligned, "1")))
    b = compose(project(local_inference(b, a_aligned, "2")))
    x = layers.Concatenate(name="pooled")([*pooled(a, "1"), *pooled(b, "2")])
    x = layers.Dense(12, activation="tanh", name="hidden")(x)
    return keras.Model([first, second], layers.Dense(2, name="duplicate")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class SoftAlignment(nn.Module):
        def forward(self, premise, hypothesis):
            similarity = premise.bmm(hypothesis.transpose(1, 2).contiguous())
            attn = F.softmax(similarity, dim=-1)
            back = F.softmax(similarity, dim=1)
            return attn.bmm(hypothesis), back.transpose(1, 2).bmm(premise)

    class ESIM(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(60, 10)
            self.encoder = nn.LSTM(10, 6, batch_first=True, bidirectional=True)
            self.attention = SoftAlignment()
            self.projection = nn.Sequential(nn.Linear(4 * 12, 8), nn.ReLU())
            self.composition = nn.LSTM(8, 5, batch_first=True, bidirectional=True)
            self.classification = nn.Sequential(nn.Linear(4 * 10, 12), nn.Tanh(), nn.Linear(12, 2))

        def compare(self, x, y):
            out, _ = self.composition(self.projection(torch.cat([x, y, x - y, x * y], dim=-1)))
            return [out.mean(1), out.max(1)[0]]

        def forward(self, premises, hypotheses):
            p, _ = self.encoder(self.embedding(premises))
            h, _ = self.encoder(self.embedding(hypotheses))
            p_aligned, h_aligned = self.attention(p, h)
            return self.classification(torch.cat(self.compare(p, p_aligned) + self.compare(h, h_aligned), dim=1))

    return ESIM()
