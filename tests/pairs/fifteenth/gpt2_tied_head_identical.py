"""GPT-2 with its language head, own layers in Keras against the PyTorch library: one product for query, key and value,
the tanh form of GELU written out, and the table of words once more at the end.
"""

LIBRARIES = ("transformers",)
INPUTS = ("9:int32",)
TRUTH = {"identical": True}


def keras_model():
    import math

    import keras
    from keras import layers, ops

    def gelu_new(x):
        return 0.5 * x * (1.0 + ops.tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * x * x * x)))

    class CausalSelfAttention(layers.Layer):
        def __init__(self, width, heads, **kwargs):
            super().__init__(**kwargs)
            self.heads = heads
            self.c_attn = layers.Dense(3 * width, name="c_attn")
            self.c_proj = layers.Dense(width, name="c_proj")

        def call(self, x):
            _, t, c = x.shape
            qkv = ops.reshape(self.c_attn(x), (-1, t, 3, self.heads, c // self.heads))
            q, k, v = ops.unstack(ops.transpose(qkv, (2, 0, 3, 1, 4)), axis=0)
            scores = ops.matmul(q, ops.swapaxes(k, -1, -2)) / math.sqrt(c // self.heads)
            scores = ops.where(ops.tril(ops.ones((t, t), dtype="bool")), scores, -1e9)
            x = ops.transpose(ops.matmul(ops.softmax(scores, axis=-1), v), (0, 2, 1, 3))
            return self.c_proj(ops.reshape(x, (-1, t, c)))

    class Block(layers.Layer):
        def __init__(self, width, heads, **kwargs):
            super().__init__(**kwargs)
            self.ln_1 = layers.LayerNormalization(epsilon=1e-5, name="ln_1")
            self.attn = CausalSelfAttention(width, heads, name="attn")
            self.ln_2 = layers.LayerNormalization(epsilon=1e-5, name="ln_2")
            self.c_fc = layers.Dense(4 * width, activation=gelu_new, name="c_fc")
            self.c_proj = layers.Dense(width, name="c_proj")

        def call(self, x):
            x = x + self.attn(self.ln_1(x))
            return x + self.c_proj(self.c_fc(self.ln_2(x)))

    class GPT2(keras.Model):
        def __init__(self, vocabulary, context, width, heads, depth):
            super().__init__()
            self.wte = layers.Embedding(vocabulary, width, name="wte")
            self.wpe = layers.Embedding(context, width, name="wpe")
            self.blocks = [Block(width, heads, name=f"h_{i}") for i in range(depth)]
            self.ln_f = layers.LayerNormalization(epsilon=1e-5, name="ln_f")

        def call(self, ids):
            x = self.wte(ids) + self.wpe(ops.arange(ids.shape[1]))
            for block in self.blocks:
                x = block(x)
            return ops.matmul(self.ln_f(x), ops.transpose(self.wte.embeddings))

    model = GPT2(52, 9, 32, 2, 2)
    model(ops.zeros((1, 9), dtype="int32"))
    return model


def torch_model():
    from transformers import GPT2Config, GPT2LMHeadModel

    class Logits(GPT2LMHeadModel):
        def forward(self, input_ids):
            return super().forward(input_ids=input_ids, use_cache=False).logits

    return Logits(
        GPT2Config(
            vocab_size=52,
            n_positions=9,
            n_embd=32,
            n_layer=2,
            n_head=2,
            resid_pdrop=0.0,
            embd_pdrop=0.0,
            attn_pdrop=0.0,
            bos_token_id=51,
            eos_token_id=51,
        )
    )
