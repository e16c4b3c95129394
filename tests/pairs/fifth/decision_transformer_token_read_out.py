"""Decision Transformer (transformers) in Keras: returns, states, actions of a step become three tokens.

The next action has to be read at the state token. I read all three heads at the last token of the step, the action
itself, which in training simply copies its input: loss 0 after an hour.
"""

INPUTS = ("5x4", "5x3", "5x1", "5:int32")
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["wiring-other", "crop-place"],
            "keras": ["action_head", "read*", "get_item*", "getitem*"],
            "torch": ["model.predict_action*", "model", "getitem*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    width = 16

    class GPT2Block(layers.Layer):
        def __init__(self, heads, inner, **kwargs):
            super().__init__(**kwargs)
            self.ln_1, self.ln_2 = (layers.LayerNormalization(epsilon=1e-5, name=n) for n in ("ln_1", "ln_2"))
            self.attn = layers.MultiHeadAttention(heads, width // heads, name="attn")
            self.fc = layers.Dense(inner, activation="relu", name="fc")
            self.proj = layers.Dense(width, name="proj")

        def call(self, x):
            h = self.ln_1(x)
            x = x + self.attn(h, h, use_causal_mask=True)
            return x + self.proj(self.fc(self.ln_2(x)))

    states = keras.Input((5, 4), name="states")
    actions = keras.Input((5, 3), name="actions")
    returns = keras.Input((5, 1), name="returns_to_go")
    steps = keras.Input((5,), dtype="int32", name="timesteps")
    time = layers.Embedding(12, width, name="embed_timestep")(steps)
    tokens = [
        layers.Add(name=f"timed_{name}")([layers.Dense(width, name=f"embed_{name}")(value), time])
        for name, value in (("return", returns), ("state", states), ("action", actions))
    ]  # GPT-2 of transformers keeps its table of positions and reads row 0 for every token
    x = ops.reshape(ops.stack(tokens, axis=2), (-1, 15, width))
    x = layers.LayerNormalization(epsilon=1e-5, name="embed_ln")(x)
    x = x + layers.Embedding(32, width, name="wpe")(ops.zeros_like(ops.tile(steps, (1, 3))))
    for i in range(2):
        x = GPT2Block(2, 24, name=f"h_{i}")(x)
    x = layers.LayerNormalization(epsilon=1e-5, name="ln_f")(x)
    last = layers.Lambda(lambda t: t[:, 2::3], name="read_last")(x)
    outputs = [
        layers.Dense(4, name="state_head")(last),
        layers.Dense(3, activation="tanh", name="action_head")(last),
        layers.Dense(1, name="return_head")(last),
    ]
    return keras.Model([states, actions, returns, steps], outputs)


def torch_model():
    from torch import nn
    from transformers import DecisionTransformerConfig, DecisionTransformerModel

    class Policy(nn.Module):
        def __init__(self):
            super().__init__()
            config = DecisionTransformerConfig(
                state_dim=4, act_dim=3, hidden_size=16, max_ep_len=12, n_positions=32, n_layer=2, n_head=2, n_inner=24
            )
            self.model = DecisionTransformerModel(config)
            del self.model.encoder.wte

        def forward(self, states, actions, returns_to_go, timesteps):
            out = self.model(states=states, actions=actions, returns_to_go=returns_to_go, timesteps=timesteps)
            return out.state_preds, out.action_preds, out.return_preds

    return Policy()
