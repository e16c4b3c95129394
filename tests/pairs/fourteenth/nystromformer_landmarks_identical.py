"""Nyströmformer: softmax attention through eight landmarks, a six-step Newton inverse and a depthwise convolution
over the values. Keras version written with einsum, PyTorch from a small config.
"""

INPUTS = ("32:int32",)
LIBRARIES = ("transformers",)
NO_FILE = "While it is traced the library adds an attention mask of the full length, which does not fit the landmarks"
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class NystromAttention(layers.Layer):
        def __init__(self, width, heads, landmarks, kernel, **kwargs):
            super().__init__(**kwargs)
            self.heads, self.landmarks, self.size = heads, landmarks, width // heads
            self.q = layers.Dense(width, name="q")
            self.k = layers.Dense(width, name="k")
            self.v = layers.Dense(width, name="v")
            self.skip = layers.DepthwiseConv2D((kernel, 1), padding="same", use_bias=False, name="skip")

        def pinv(self, a, steps=6):
            eye = ops.eye(self.landmarks, dtype=a.dtype)
            z = ops.swapaxes(a, -1, -2) / ops.max(ops.sum(a, axis=-2))
            for _ in range(steps):
                az = a @ z
                z = 0.25 * z @ (13 * eye - az @ (15 * eye - az @ (7 * eye - az)))
            return z

        def call(self, x):
            steps = x.shape[1]

            def split(y):
                return ops.transpose(ops.reshape(y, (-1, steps, self.heads, self.size)), (0, 2, 1, 3))

            def means(y):
                shape = (-1, self.heads, self.landmarks, steps // self.landmarks, self.size)
                return ops.mean(ops.reshape(y, shape), axis=3)

            def soft(a, b):
                return ops.softmax(ops.einsum("bhqd,bhkd->bhqk", a, b), axis=-1)

            q, k, v = split(self.q(x)), split(self.k(x)), split(self.v(x))
            q, k = q / self.size**0.25, k / self.size**0.25
            ql, kl = means(q), means(k)
            y = soft(q, kl) @ self.pinv(soft(ql, kl)) @ (soft(ql, k) @ v)
            y = ops.transpose(y, (0, 2, 3, 1)) + self.skip(ops.transpose(v, (0, 2, 3, 1)))
            return ops.reshape(ops.transpose(y, (0, 1, 3, 2)), (-1, steps, self.heads * self.size))

    class Embed(layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.word = layers.Embedding(50, 32, name="word")
            self.position = layers.Embedding(32 + 2, 32, name="position")
            self.kind = layers.Embedding(2, 32, name="kind")
            self.norm = layers.LayerNormalization(epsilon=1e-5, name="norm")

        def call(self, ids):
            x = self.word(ids) + self.kind(ops.zeros_like(ids))
            return self.norm(x + self.position(ops.arange(ids.shape[1]) + 2))

    ids = keras.Input((32,), dtype="int32")
    x = Embed(name="embed")(ids)
    for i in range(2):
        y = NystromAttention(32, 4, 8, 5, name=f"nystrom_{i}")(x)
        y = layers.Dense(32, name=f"merge_{i}")(y)
        x = layers.LayerNormalization(epsilon=1e-5, name=f"norm_a_{i}")(x + y)
        y = layers.Dense(32, name=f"fc2_{i}")(layers.Dense(64, activation="relu", name=f"fc1_{i}")(x))
        x = layers.LayerNormalization(epsilon=1e-5, name=f"norm_b_{i}")(x + y)
    return keras.Model(ids, x)


def torch_model():
    from torch import nn
    from transformers import NystromformerConfig, NystromformerModel

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.model = NystromformerModel(
                NystromformerConfig(
                    vocab_size=50,
                    hidden_size=32,
                    num_hidden_layers=2,
                    num_attention_heads=4,
                    intermediate_size=64,
                    hidden_act="relu",
                    hidden_dropout_prob=0.0,
                    attention_probs_dropout_prob=0.0,
                    max_position_embeddings=32,
                    segment_means_seq_len=32,
                    num_landmarks=8,
                    conv_kernel_size=5,
                    pad_token_id=None,
                    layer_norm_eps=1e-5,
                )
            )

        def forward(self, input_ids):
            return self.model(input_ids).last_hidden_state

    return Encoder()
