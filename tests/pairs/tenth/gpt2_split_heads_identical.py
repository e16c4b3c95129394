"""GPT-2 with its language modelling head, one matrix for queries, keys and values there; in Keras with
MultiHeadAttention, GELU by the tanh formula written out, and the table of words as output.
"""

INPUTS = ("12:int32",)
TRUTH = {"identical": True}
LIBRARIES = ("transformers",)


def keras_model():
    import math

    import keras
    from keras import layers, ops

    def gelu_new(x):
        return 0.5 * x * (1.0 + ops.tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * ops.power(x, 3))))

    class Block(layers.Layer):
        def __init__(self, width, heads, **kwargs):
            super().__init__(**kwargs)
            self.ln_1 = layers.LayerNormalization(epsilon=1e-5, name="ln_1")
            self.attn = layers.MultiHeadAttention(heads, width // heads, name="attn")
            self.ln_2 = layers.LayerNormalization(epsilon=1e-5, name="ln_2")
            self.mlp = keras.Sequential(
                [layers.Dense(4 * width, activation=gelu_new, name="fc"), layers.Dense(width, name="proj")], name="mlp"
            )

        def call(self, x):
            y = self.ln_1(x)
            x = x + self.attn(y, y, use_causal_mask=True)
            return x + self.mlp(self.ln_2(x))

    class GPT2(keras.Model):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.wte = layers.Embedding(60, 32, name="wte")
            self.wpe = layers.Embedding(16, 32, name="wpe")
            self.blocks = [Block(32, 2, name=f"h_{i}") for i in range(2)]
            self.ln_f = layers.LayerNormalization(epsilon=1e-5, name="ln_f")

        def call(self, ids):
            x = self.wte(ids) + self.wpe(ops.arange(ops.shape(ids)[1]))
            for block in self.blocks:
                x = block(x)
            return ops.matmul(self.ln_f(x), ops.transpose(self.wte.embeddings))

    model = GPT2(name="gpt2")
    model(ops.zeros((1, 12), dtype="int32"))
    return model


def torch_model():
    from torch import nn
    from transformers import GPT2Config, GPT2LMHeadModel

    class Writer(nn.Module):
        def __init__(self):
            super().__init__()
            config = GPT2Config(
                vocab_size=60,
                n_positions=16,
                n_embd=32,
                n_layer=2,
                n_head=2,
                resid_pdrop=0.0,
                embd_pdrop=0.0,
                attn_pdrop=0.0,
                use_cache=False,
                bos_token_id=1,
                eos_token_id=2,
            )
            self.lm = GPT2LMHeadModel(config)

        def forward(self, ids):
            return self.lm(input_ids=ids).logits

    return Writer()
