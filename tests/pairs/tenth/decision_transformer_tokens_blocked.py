"""Decision Transformer for offline reinforcement learning, ported to Keras: return, state and action of each step
become three tokens; the tokens are stacked on axis 1 and reshaped into one sequence.
"""

INPUTS = ("5x7", "5x3", "5x1")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["reshape-order", "permute-axes", "concat-order", "concatenate-axis", "wiring-other"],
            "keras": ["stack*", "reshape*", "tokens*", "embed_ln"],
            "torch": [
                "policy",
                "policy.embed_ln",
                "*stack*",
                "*permute*",
                "*reshape*",
                "*view*",
                "",
            ],
        }
    ],
}
LIBRARIES = ("transformers",)


def keras_model():
    import keras
    from keras import layers, ops

    steps, width, heads = 5, 32, 2

    class CausalSelfAttention(layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.qkv = layers.Dense(3 * width, name="qkv")
            self.proj = layers.Dense(width, name="proj")

        def call(self, x):
            length = x.shape[1]
            q, k, v = (
                ops.reshape(part, (-1, length, heads, width // heads)) for part in ops.split(self.qkv(x), 3, axis=-1)
            )
            scores = ops.einsum("bqhd,bkhd->bhqk", q, k) * (width // heads) ** -0.5
            scores = ops.where(ops.tril(ops.ones((length, length), dtype="bool")), scores, -1e9)
            y = ops.einsum("bhqk,bkhd->bqhd", ops.softmax(scores, axis=-1), v)
            return self.proj(ops.reshape(y, (-1, length, width)))

    class Block(layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.norm_1 = layers.LayerNormalization(epsilon=1e-5, name="norm_1")
            self.attention = CausalSelfAttention(name="attention")
            self.norm_2 = layers.LayerNormalization(epsilon=1e-5, name="norm_2")
            self.hidden = layers.Dense(4 * width, activation="relu", name="hidden")
            self.out = layers.Dense(width, name="out")

        def call(self, x):
            x = x + self.attention(self.norm_1(x))
            return x + self.out(self.hidden(self.norm_2(x)))

    class Timesteps(layers.Layer):
        def __init__(self, rows, **kwargs):
            super().__init__(**kwargs)
            self.table = layers.Embedding(rows, width, name="table")

        def call(self, x):
            return x + self.table(ops.arange(steps))

    class FirstPosition(layers.Layer):
        """All tokens of GPT-2 are at position 0: time is told by the embedding of the step."""

        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.table = layers.Embedding(16, width, name="table")

        def call(self, x):
            return x + self.table(ops.zeros((3 * steps,), dtype="int32"))

    states = keras.Input((steps, 7), name="states")
    actions = keras.Input((steps, 3), name="actions")
    returns = keras.Input((steps, 1), name="returns_to_go")
    time = Timesteps(20, name="embed_timestep")
    s = time(layers.Dense(width, name="embed_state")(states))
    a = time(layers.Dense(width, name="embed_action")(actions))
    r = time(layers.Dense(width, name="embed_return")(returns))
    x = ops.stack([r, s, a], axis=1)
    x = layers.Reshape((3 * steps, width), name="tokens")(x)
    x = layers.LayerNormalization(epsilon=1e-5, name="embed_ln")(x)
    x = FirstPosition(name="wpe")(x)
    for i in range(2):
        x = Block(name=f"block_{i}")(x)
    x = layers.LayerNormalization(epsilon=1e-5, name="ln_f")(x)
    x = layers.Reshape((3, steps, width), name="by_kind")(x)
    return keras.Model(
        [states, actions, returns],
        [
            layers.Dense(7, name="predict_state")(x[:, 2]),
            layers.Dense(3, activation="tanh", name="predict_action")(x[:, 1]),
            layers.Dense(1, name="predict_return")(x[:, 2]),
        ],
    )


def torch_model():
    import torch
    from torch import nn
    from transformers import DecisionTransformerConfig, DecisionTransformerModel

    class Agent(nn.Module):
        def __init__(self):
            super().__init__()
            config = DecisionTransformerConfig(
                state_dim=7,
                act_dim=3,
                hidden_size=32,
                max_ep_len=20,
                n_positions=16,
                n_layer=2,
                n_head=2,
                resid_pdrop=0.0,
                embd_pdrop=0.0,
                attn_pdrop=0.0,
                use_cache=False,
                bos_token_id=None,
                eos_token_id=None,
            )
            self.policy = DecisionTransformerModel(config)
            del self.policy.encoder.wte  # there are no words

        def forward(self, states, actions, returns_to_go):
            batch, steps = states.shape[:2]
            found = self.policy(
                states=states,
                actions=actions,
                returns_to_go=returns_to_go,
                timesteps=torch.arange(steps, device=states.device).expand(batch, steps),
            )
            return found.state_preds, found.action_preds, found.return_preds

    return Agent()
