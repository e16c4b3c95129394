"""Tagger with a linear-chain CRF: the table of transitions is [from, to] in Keras and [to, from] in PyTorch, the
log partition is a loop of logsumexp; outputs are the scores of the tags and one number per sentence.
"""

INPUTS = ("9:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class LogPartition(layers.Layer):
        def build(self, shape):
            tags = shape[-1]
            self.chain = self.add_weight(shape=(tags, tags), initializer="glorot_uniform", name="chain")
            self.left = self.add_weight(shape=(tags,), initializer="zeros", name="left")
            self.right = self.add_weight(shape=(tags,), initializer="zeros", name="right")

        def call(self, scores):
            alpha = scores[:, 0] + self.left
            for step in range(1, scores.shape[1]):
                alpha = ops.logsumexp(ops.expand_dims(alpha, 2) + self.chain, axis=1) + scores[:, step]
            return ops.logsumexp(alpha + self.right, axis=1)

    words = keras.Input((9,), dtype="int32")
    x = layers.Embedding(40, 8, name="words")(words)
    x = layers.Bidirectional(layers.LSTM(7, return_sequences=True), name="context")(x)
    x = layers.Dropout(0.3)(x)
    scores = layers.Dense(5, name="tags")(x)
    return keras.Model(words, [scores, LogPartition(name="crf")(scores)])


def torch_model():
    import torch
    from torch import nn

    class BiLSTMCRF(nn.Module):
        def __init__(self, vocab=40, emb=8, hidden=14, n_tags=5):
            super().__init__()
            self.start_transitions = nn.Parameter(torch.randn(n_tags))
            self.transitions = nn.Parameter(torch.randn(n_tags, n_tags))
            self.end_transitions = nn.Parameter(torch.randn(n_tags))
            self.word_embeds = nn.Embedding(vocab, emb)
            self.lstm = nn.LSTM(emb, hidden // 2, bidirectional=True, batch_first=True)
            self.drop = nn.Dropout(0.3)
            self.hidden2tag = nn.Linear(hidden, n_tags)

        def forward_alg(self, feats):
            forward_var = self.start_transitions + feats[:, 0]
            for feat in feats[:, 1:].unbind(1):
                tag_var = forward_var[:, None, :] + self.transitions[None] + feat[:, :, None]
                forward_var = torch.logsumexp(tag_var, dim=2)
            return torch.logsumexp(forward_var + self.end_transitions, dim=1)

        def forward(self, sentence):
            feats = self.hidden2tag(self.drop(self.lstm(self.word_embeds(sentence))[0]))
            return feats, self.forward_alg(feats)

    return BiLSTMCRF()
