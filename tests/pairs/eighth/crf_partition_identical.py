"""Tagger with a CRF: emissions of a BiLSTM, and the log partition function of the forward algorithm. Keras carries a
message per tag with logsumexp, PyTorch is torchcrf's loop with three broadcast axes, time first.
"""

INPUTS = ("7:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class ForwardAlgorithm(layers.Layer):
        def build(self, shape):
            tags = shape[-1]
            self.start = self.add_weight(shape=(tags,), initializer="random_uniform", name="start")
            self.moves = self.add_weight(shape=(tags, tags), initializer="random_uniform", name="moves")
            self.stop = self.add_weight(shape=(tags,), initializer="random_uniform", name="stop")

        def call(self, scores):
            alpha = self.start + scores[:, 0]
            for t in range(1, scores.shape[1]):
                arrivals = [ops.logsumexp(alpha + self.moves[:, k], axis=1) for k in range(scores.shape[2])]
                alpha = ops.stack(arrivals, axis=1) + scores[:, t]
            return ops.logsumexp(alpha + self.stop, axis=1, keepdims=True)

    words = keras.Input((7,), dtype="int32")
    x = layers.Embedding(50, 8, name="words")(words)
    x = layers.Bidirectional(layers.LSTM(6, return_sequences=True), name="bilstm")(x)
    emissions = layers.Dense(4, name="emissions")(x)
    return keras.Model(words, [emissions, ForwardAlgorithm(name="crf")(emissions)])


def torch_model():
    import torch
    from torch import nn

    class CRF(nn.Module):
        def __init__(self, num_tags):
            super().__init__()
            self.start_transitions = nn.Parameter(torch.empty(num_tags).uniform_(-0.1, 0.1))
            self.end_transitions = nn.Parameter(torch.empty(num_tags).uniform_(-0.1, 0.1))
            self.transitions = nn.Parameter(torch.empty(num_tags, num_tags).uniform_(-0.1, 0.1))

        def compute_normalizer(self, emissions):
            score = self.start_transitions + emissions[0]
            for i in range(1, emissions.size(0)):
                next_score = score.unsqueeze(2) + self.transitions + emissions[i].unsqueeze(1)
                score = torch.logsumexp(next_score, dim=1)
            return torch.logsumexp(score + self.end_transitions, dim=1)

    class BiLSTM_CRF(nn.Module):
        def __init__(self, vocab_size=50, tagset_size=4, embedding_dim=8, hidden_dim=12):
            super().__init__()
            self.word_embeds = nn.Embedding(vocab_size, embedding_dim)
            self.lstm = nn.LSTM(embedding_dim, hidden_dim // 2, bidirectional=True)
            self.hidden2tag = nn.Linear(hidden_dim, tagset_size)
            self.crf = CRF(tagset_size)

        def forward(self, sentence):
            feats = self.hidden2tag(self.lstm(self.word_embeds(sentence.t()))[0])
            return feats.transpose(0, 1), self.crf.compute_normalizer(feats)[:, None]

    return BiLSTM_CRF()
