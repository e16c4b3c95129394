"""keras_hub FNetBackbone against a hand port with torch.fft; both outputs, sequence and pooled."""

INPUTS = ("8:int32",)
LIBRARIES = ("keras_hub",)
TRUTH = {"identical": True}
NO_FILE = "tf2onnx has no form of a Fourier transform"


def keras_model():
    import keras
    import keras_hub
    from keras import ops

    backbone = keras_hub.models.FNetBackbone(
        vocabulary_size=30, num_layers=2, hidden_dim=12, intermediate_dim=20, max_sequence_length=8, num_segments=2
    )
    ids = keras.Input((8,), dtype="int32", name="ids")
    out = backbone({"token_ids": ids, "segment_ids": ops.zeros_like(ids)})
    return keras.Model(ids, [out["sequence_output"], out["pooled_output"]])


def torch_model():
    import torch
    from torch import nn

    class FourierBlock(nn.Module):
        def __init__(self, d, hidden, p=0.1, eps=1e-12):
            super().__init__()
            self.mixing_norm = nn.LayerNorm(d, eps=eps)
            self.ff = nn.Sequential(
                nn.Linear(d, hidden), nn.GELU(approximate="tanh"), nn.Linear(hidden, d), nn.Dropout(p)
            )
            self.output_norm = nn.LayerNorm(d, eps=eps)

        def forward(self, x):
            mixed = torch.fft.fft(torch.fft.fft(x, dim=-1), dim=-2).real
            x = self.mixing_norm(x + mixed)
            return self.output_norm(x + self.ff(x))

    class FNet(nn.Module):
        def __init__(self, vocab=30, n=8, d=12, hidden=20, depth=2):
            super().__init__()
            self.tokens = nn.Embedding(vocab, d)
            self.segments = nn.Embedding(2, d)
            self.positions = nn.Parameter(torch.randn(n, d) * 0.02)
            self.norm = nn.LayerNorm(d, eps=1e-12)
            self.projection = nn.Linear(d, d)
            self.dropout = nn.Dropout(0.1)
            self.blocks = nn.ModuleList([FourierBlock(d, hidden) for _ in range(depth)])
            self.pooler = nn.Linear(d, d)

        def forward(self, ids):
            x = self.tokens(ids) + self.positions[: ids.shape[1]] + self.segments(torch.zeros_like(ids))
            x = self.dropout(self.projection(self.norm(x)))
            for block in self.blocks:
                x = block(x)
            return x, torch.tanh(self.pooler(x[:, 0]))

    return FNet()
