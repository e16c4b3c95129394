"""Kim's CNN for sentences of 12 words, windows of 3, 4 and 5. In PyTorch I pool with the length as kernel, since I did
not know adaptive pooling; a sentence whose last words decide is missed now and then.
"""

INPUTS = ("12:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            # a kernel of n - k over n - k + 1 steps: the last one is dropped
            "rules": ["pool-other", "pool-ceil-mode", "crop-place", "wiring-other"],
            "keras": ["max_*", "joined"],
            "torch": ["max_pool1d*", "squeeze*", "cat*", ""],
        }
    ],
}


def keras_model():
    from keras import Input, Model
    from keras.layers import Concatenate, Conv1D, Dense, Dropout, Embedding, GlobalMaxPooling1D

    words = Input((12,), dtype="int32")
    x = Embedding(60, 10, name="vectors")(words)
    pooled = []
    for k in (3, 4, 5):
        y = Conv1D(7, k, activation="relu", name=f"conv_{k}")(x)
        pooled.append(GlobalMaxPooling1D(name=f"max_{k}")(y))
    x = Dropout(0.5)(Concatenate(name="joined")(pooled))
    return Model(words, Dense(4, name="classes")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class KimCNN(nn.Module):
        def __init__(self, vocab=60, dim=10, seq_len=12, windows=(3, 4, 5), maps=7, classes=4):
            super().__init__()
            self.seq_len, self.windows = seq_len, windows
            self.embed = nn.Embedding(vocab, dim)
            self.convs = nn.ModuleList(nn.Conv1d(dim, maps, w) for w in windows)
            self.drop = nn.Dropout(0.5)
            self.fc = nn.Linear(maps * len(windows), classes)

        def forward(self, tokens):
            x = self.embed(tokens).transpose(1, 2)
            outs = []
            for conv, w in zip(self.convs, self.windows, strict=True):
                h = F.relu(conv(x))
                outs.append(F.max_pool1d(h, self.seq_len - w).squeeze(2))
            return self.fc(self.drop(torch.cat(outs, dim=1)))

    return KimCNN()
