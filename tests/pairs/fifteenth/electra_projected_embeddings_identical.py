"""ELECTRA for sentences, whose embeddings are narrower than its layers: a functional Keras model around
MultiHeadAttention, with the GELU of the classification head written by hand, against the library in PyTorch.
"""

LIBRARIES = ("transformers",)
INPUTS = ("10:int32",)
TRUTH = {"identical": True}


def keras_model():
    import math

    import keras
    from keras import layers, ops

    @keras.saving.register_keras_serializable("electra")
    def gelu(x):
        return x * 0.5 * (1.0 + ops.erf(x / math.sqrt(2.0)))

    class Embeddings(layers.Layer):
        def __init__(self, vocabulary, length, width, **kwargs):
            super().__init__(**kwargs)
            self.words = layers.Embedding(vocabulary, width, name="words")
            self.kinds = layers.Embedding(2, width, name="kinds")
            self.places = layers.Embedding(length, width, name="places")
            self.norm = layers.LayerNormalization(epsilon=1e-12, name="norm")

        def call(self, ids):
            places = self.places(ops.arange(ids.shape[1]))
            return self.norm(self.words(ids) + self.kinds(ops.zeros_like(ids)) + places)

    ids = keras.Input((10,), dtype="int32", name="ids")
    x = Embeddings(58, 14, 20, name="embeddings")(ids)
    x = layers.Dense(32, name="embeddings_project")(x)
    for i in range(2):
        y = layers.MultiHeadAttention(num_heads=2, key_dim=16, name=f"layer_{i}_attention")(query=x, value=x)
        x = layers.LayerNormalization(epsilon=1e-12, name=f"layer_{i}_attention_norm")(layers.add([x, y]))
        y = layers.Dense(44, activation=gelu, name=f"layer_{i}_intermediate")(x)
        y = layers.Dense(32, name=f"layer_{i}_output")(y)
        x = layers.LayerNormalization(epsilon=1e-12, name=f"layer_{i}_output_norm")(layers.add([x, y]))
    x = layers.Dense(32, activation=gelu, name="classifier_dense")(x[:, 0, :])
    return keras.Model(ids, layers.Dense(3, name="classifier_out")(x))


def torch_model():
    from torch import nn
    from transformers import ElectraConfig, ElectraForSequenceClassification

    class Classifier(nn.Module):
        def __init__(self, config):
            super().__init__()
            self.model = ElectraForSequenceClassification(config)

        def forward(self, input_ids):
            return self.model(input_ids).logits

    return Classifier(
        ElectraConfig(
            vocab_size=58,
            embedding_size=20,
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=44,
            max_position_embeddings=14,
            num_labels=3,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
            pad_token_id=None,
        )
    )
