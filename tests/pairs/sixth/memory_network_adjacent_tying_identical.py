"""End-to-end memory network (bAbI) with adjacent tying: the output table of one hop is the input table of the next,
the first embeds the question, the last one makes the logits. Position encoding of words, temporal tables shared
likewise.
"""

INPUTS = ("5x6:int32", "6:int32")
TRUTH = {"identical": True}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    def position_encoding(words, size):
        table = np.ones((words, size))
        for i in range(1, words + 1):
            for j in range(1, size + 1):
                table[i - 1, j - 1] += 4.0 * (i - (words + 1) / 2) * (j - (size + 1) / 2) / (words * size)
        return table

    class MemN2N(keras.Model):
        def __init__(self, vocabulary=17, size=8, hops=3, sentences=5, words=6):
            super().__init__()
            self.hops = hops
            self.encoding = position_encoding(words, size)
            self.tables = [layers.Embedding(vocabulary, size, name=f"words_{i}") for i in range(hops + 1)]
            self.times = [layers.Embedding(sentences, size, name=f"time_{i}") for i in range(hops + 1)]
            self.order = np.arange(sentences)

        def sentence(self, i, tokens):
            vectors = self.tables[i](tokens)
            return ops.sum(vectors * ops.cast(self.encoding, vectors.dtype), axis=-2)

        def call(self, inputs):
            story, question = inputs
            state = self.sentence(0, question)
            for hop in range(self.hops):
                keys = self.sentence(hop, story) + self.times[hop](self.order)
                values = self.sentence(hop + 1, story) + self.times[hop + 1](self.order)
                attention = ops.softmax(ops.sum(keys * state[:, None, :], axis=-1), axis=-1)
                state = state + ops.einsum("bs,bsd->bd", attention, values)
            return ops.matmul(state, ops.transpose(self.tables[-1].embeddings))

    return MemN2N()


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class MemoryNetwork(nn.Module):
        def __init__(self, num_vocab=17, embedding_dim=8, max_hops=3, memory_size=5, sentence_size=6):
            super().__init__()
            self.max_hops = max_hops
            for hop in range(max_hops + 1):
                self.add_module(f"T_{hop}", nn.Embedding(memory_size, embedding_dim))
            for hop in range(max_hops + 1):
                self.add_module(f"C_{hop}", nn.Embedding(num_vocab, embedding_dim))
            i = torch.arange(1, sentence_size + 1)[:, None] - (sentence_size + 1) / 2
            j = torch.arange(1, embedding_dim + 1) - (embedding_dim + 1) / 2
            self.register_buffer("encoding", 1 + 4 * i * j / (embedding_dim * sentence_size))

        def table(self, kind, hop):
            return getattr(self, f"{kind}_{hop}")

        def forward(self, story, query):
            u = [(self.C_0(query) * self.encoding).sum(1)]
            b, m, s = story.shape
            for hop in range(self.max_hops):
                embed_a = self.table("C", hop)(story.reshape(b, m * s)).view(b, m, s, -1)
                m_a = (embed_a * self.encoding).sum(2) + self.table("T", hop).weight
                prob = torch.bmm(m_a, u[-1].unsqueeze(2)).squeeze(2).softmax(1)
                embed_c = F.embedding(story, self.table("C", hop + 1).weight)
                m_c = torch.einsum("bmsd,sd->bmd", embed_c, self.encoding) + self.table("T", hop + 1).weight
                o_k = torch.bmm(prob.unsqueeze(1), m_c).squeeze(1)
                u.append(u[-1] + o_k)
            return F.linear(u[-1], self.table("C", self.max_hops).weight)

    return MemoryNetwork()
