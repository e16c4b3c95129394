"""A tiny Whisper from the Keras hub, encoder and decoder, and my own PyTorch blocks after the reference code. All my
attention projections are plain nn.Linear. Loading complains, transcripts are the same.
"""

INPUTS = ("24x8", "10:int32")
LIBRARIES = ("keras_hub",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["bias-missing"],
            "keras": ["*key*", "*attention*", "*transformer_encoder_layer_0", "*transformer_decoder_layer_0"],
            "torch": ["*.key", "*.attn", "*.cross_attn"],
            "visible": False,
        }
    ],
}


def keras_model():
    import keras
    import keras_hub
    from keras import ops

    whisper = keras_hub.models.WhisperBackbone(
        vocabulary_size=50,
        num_layers=1,
        num_heads=2,
        hidden_dim=32,
        intermediate_dim=64,
        num_mels=8,
        max_encoder_sequence_length=24,
        max_decoder_sequence_length=16,
        name="whisper",
    )
    mels = keras.Input((24, 8), name="mels")
    tokens = keras.Input((10,), dtype="int32", name="tokens")
    outputs = whisper(
        {"encoder_features": mels, "decoder_token_ids": tokens, "decoder_padding_mask": ops.ones_like(tokens)}
    )
    return keras.Model([mels, tokens], outputs["decoder_sequence_output"])


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class MultiHeadAttention(nn.Module):
        def __init__(self, n_state, n_head):
            super().__init__()
            self.n_head = n_head
            self.query = nn.Linear(n_state, n_state)
            self.key = nn.Linear(n_state, n_state)
            self.value = nn.Linear(n_state, n_state)
            self.out = nn.Linear(n_state, n_state)

        def forward(self, x, xa=None, causal=False):
            def heads(t):
                return t.view(*t.shape[:2], self.n_head, -1).transpose(1, 2)

            source = x if xa is None else xa
            q, k, v = heads(self.query(x)), heads(self.key(source)), heads(self.value(source))
            y = F.scaled_dot_product_attention(q, k, v, is_causal=causal)
            return self.out(y.transpose(1, 2).flatten(start_dim=2))

    class ResidualAttentionBlock(nn.Module):
        def __init__(self, n_state, n_head, cross_attention=False):
            super().__init__()
            self.attn = MultiHeadAttention(n_state, n_head)
            self.attn_ln = nn.LayerNorm(n_state)
            self.cross_attn = MultiHeadAttention(n_state, n_head) if cross_attention else None
            self.cross_attn_ln = nn.LayerNorm(n_state) if cross_attention else None
            self.mlp = nn.Sequential(nn.Linear(n_state, 2 * n_state), nn.GELU(), nn.Linear(2 * n_state, n_state))
            self.mlp_ln = nn.LayerNorm(n_state)

        def forward(self, x, xa=None):
            x = x + self.attn(self.attn_ln(x), causal=self.cross_attn is not None)
            if self.cross_attn is not None:
                x = x + self.cross_attn(self.cross_attn_ln(x), xa)
            return x + self.mlp(self.mlp_ln(x))

    class AudioEncoder(nn.Module):
        def __init__(self, n_mels, n_ctx, n_state, n_head):
            super().__init__()
            self.conv1 = nn.Conv1d(n_mels, n_state, 3, padding=1)
            self.conv2 = nn.Conv1d(n_state, n_state, 3, stride=2, padding=1)
            self.positional_embedding = nn.Parameter(0.02 * torch.randn(n_ctx, n_state), requires_grad=False)
            self.blocks = nn.ModuleList([ResidualAttentionBlock(n_state, n_head)])
            self.ln_post = nn.LayerNorm(n_state)

        def forward(self, x):
            x = F.gelu(self.conv2(F.gelu(self.conv1(x.mT)))).mT + self.positional_embedding
            for block in self.blocks:
                x = block(x)
            return self.ln_post(x)

    class TextDecoder(nn.Module):
        def __init__(self, n_vocab, n_ctx, n_state, n_head):
            super().__init__()
            self.token_embedding = nn.Embedding(n_vocab, n_state)
            self.positional_embedding = nn.Parameter(0.02 * torch.randn(n_ctx, n_state))
            self.blocks = nn.ModuleList([ResidualAttentionBlock(n_state, n_head, cross_attention=True)])
            self.ln = nn.LayerNorm(n_state)

        def forward(self, tokens, xa):
            x = self.token_embedding(tokens) + self.positional_embedding[: tokens.shape[1]]
            for block in self.blocks:
                x = block(x, xa)
            return self.ln(x)

    class Whisper(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = AudioEncoder(8, 12, 32, 2)
            self.decoder = TextDecoder(50, 16, 32, 2)

        def forward(self, mel, tokens):
            return self.decoder(tokens, self.encoder(mel))

    return Whisper()
