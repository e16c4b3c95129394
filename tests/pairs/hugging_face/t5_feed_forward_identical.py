"""T5's feed-forward half: RMSNormalization of Keras and T5LayerNorm, no biases, residual."""

INPUTS = ("4x8",)
LIBRARIES = ("transformers",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    class FeedForward(keras.Model):
        def __init__(self):
            super().__init__()
            self.norm = layers.RMSNormalization(epsilon=1e-6)
            self.wi = layers.Dense(12, use_bias=False, activation="relu")
            self.dropout = layers.Dropout(0.1)
            self.wo = layers.Dense(8, use_bias=False)

        def call(self, x, training=None):
            y = self.wo(self.dropout(self.wi(self.norm(x)), training=training))
            return x + self.dropout(y, training=training)

    model = FeedForward()
    model(keras.ops.zeros((1, 4, 8)))
    return model


def torch_model():
    from transformers import T5Config
    from transformers.models.t5.modeling_t5 import T5LayerFF

    return T5LayerFF(T5Config(d_model=8, d_ff=12))
