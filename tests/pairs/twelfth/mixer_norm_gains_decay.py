"""MLP-Mixer with NAdam and decoupled decay: biases and norms are to be left out. PyTorch sorts by the number of axes;
in Keras the anchors "LayerNorm" and "layer_norm" come from a BERT script and match none of the norms, called ln here.
"""

INPUTS = ["8x16"]
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["optimizer-decay-exclusion"], "keras": ["optimizer"], "torch": ["optimizer"]}],
}


def keras_model():
    import keras
    from keras import layers

    def mlp(x, hidden, out, name):
        x = layers.Dense(hidden, activation="silu", name=f"{name}_in")(x)
        return layers.Dense(out, name=f"{name}_out")(x)

    patches = keras.Input((8, 16), name="patches")
    x = patches
    for i in range(2):
        y = layers.LayerNormalization(epsilon=1e-6, name=f"ln_tokens_{i}")(x)
        y = layers.Permute((2, 1))(y)
        y = layers.Permute((2, 1))(mlp(y, 12, 8, f"tokens_{i}"))
        x = layers.Add()([x, y])
        y = layers.LayerNormalization(epsilon=1e-6, name=f"ln_channels_{i}")(x)
        x = layers.Add()([x, mlp(y, 32, 16, f"channels_{i}")])
    x = layers.LayerNormalization(epsilon=1e-6, name="ln_last")(x)
    x = layers.GlobalAveragePooling1D()(x)
    model = keras.Model(patches, layers.Dense(6, name="classes")(x))
    optimizer = keras.optimizers.Nadam(2e-3, epsilon=1e-8, weight_decay=0.05)
    optimizer.exclude_from_weight_decay(var_names=["LayerNorm", "layer_norm", "bias"])
    return model, optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def torch_model():
    import torch
    from torch import nn

    class MixerBlock(nn.Module):
        def __init__(self, tokens, dim, token_dim, channel_dim):
            super().__init__()
            self.norm1, self.norm2 = nn.LayerNorm(dim, eps=1e-6), nn.LayerNorm(dim, eps=1e-6)
            self.mlp_tokens = nn.Sequential(nn.Linear(tokens, token_dim), nn.SiLU(), nn.Linear(token_dim, tokens))
            self.mlp_channels = nn.Sequential(nn.Linear(dim, channel_dim), nn.SiLU(), nn.Linear(channel_dim, dim))

        def forward(self, x):
            x = x + self.mlp_tokens(self.norm1(x).transpose(1, 2)).transpose(1, 2)
            return x + self.mlp_channels(self.norm2(x))

    class Mixer(nn.Module):
        def __init__(self):
            super().__init__()
            self.blocks = nn.Sequential(*(MixerBlock(8, 16, 12, 32) for _ in range(2)))
            self.norm = nn.LayerNorm(16, eps=1e-6)
            self.head = nn.Linear(16, 6)

        def forward(self, x):
            return self.head(self.norm(self.blocks(x)).mean(1))

    model = Mixer()
    decay = [p for p in model.parameters() if p.ndim > 1]
    no_decay = [p for p in model.parameters() if p.ndim <= 1]
    optimizer = torch.optim.NAdam(
        [{"params": decay, "weight_decay": 0.05}, {"params": no_decay, "weight_decay": 0.0}],
        lr=2e-3,
        momentum_decay=1.0,
        decoupled_weight_decay=True,
    )
    return model, optimizer, nn.CrossEntropyLoss()
