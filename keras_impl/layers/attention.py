"""Multi-head attention with separate projections and its weights in the open (Vaswani et al., 2017)."""

import math

import keras
from keras import layers, ops

from keras_impl.arguments import check_divides, check_rate, check_size


@keras.saving.register_keras_serializable(package="keras_impl")
class MultiHeadAttention(layers.Layer):
    """Queries (B, T, D), source (B, S, D) -> output (B, T, D) and weights (B, N, T, S).

    Each head computes softmax(QK^T / sqrt(d))V; the weights are those before dropout.

    Args:
        width: D, shared by all heads.
        heads: number of heads, a divisor of ``width``.
        dropout: rate on the weights, in [0, 1).
        causal: a query attends to sources up to its own position only; the last query stands at the last source.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    def __init__(self, width, heads, dropout=0.0, causal=False, **kwargs):
        super().__init__(**kwargs)
        check_size("width", width)
        check_size("heads", heads)
        check_divides("heads", heads, "width", width)
        check_rate("dropout", dropout)
        self.width = width
        self.heads = heads
        self.dropout = dropout
        self.causal = causal
        self.query = layers.Dense(width, name="query")
        self.key = layers.Dense(width, name="key")
        self.value = layers.Dense(width, name="value")
        self.drop = layers.Dropout(dropout, name="drop")
        self.project_out = layers.Dense(width, name="output")  # Keras layers have a property ``output``

    def build(self, query_shape, source_shape=None):
        source_shape = source_shape or query_shape
        self.query.build(query_shape)
        self.key.build(source_shape)
        self.value.build(source_shape)
        self.project_out.build((*query_shape[:-1], self.width))

    def call(self, query, source=None, visible=None):
        """``source`` defaults to ``query``; ``visible`` (B, S) is True where a source may be attended to.

        It is not called ``mask``: Keras would take that for the mask that travels with ``query``.
        """
        key, value = self.project(query if source is None else source)
        return self.attend(query, key, value, visible)

    def project(self, source):
        """Source (B, S, D) -> keys and values, each (B, N, S, d): what a decoder keeps between steps."""
        return self.split(self.key(source)), self.split(self.value(source))

    def attend(self, query, key, value, visible=None):
        """Queries (B, T, D) on projected keys and values -> output and weights."""
        query = self.split(self.query(query))
        logits = ops.matmul(query, ops.swapaxes(key, -1, -2)) / math.sqrt(self.width // self.heads)  # B N T S
        if self.causal:
            queries, sources = ops.shape(logits)[2], ops.shape(logits)[3]
            rows = ops.arange(queries, dtype="int32") + (sources - queries)
            allowed = ops.expand_dims(rows, 1) >= ops.arange(sources, dtype="int32")
            logits = ops.where(allowed, logits, -3e4)  # finite in every float type, its weight is exactly zero
        if visible is not None:
            logits = ops.where(visible[:, None, None, :], logits, -3e4)
        weights = ops.softmax(logits, axis=-1)
        x = ops.swapaxes(ops.matmul(self.drop(weights), value), 1, 2)  # B T N d
        x = ops.reshape(x, (ops.shape(x)[0], ops.shape(x)[1], self.width))
        return self.project_out(x), weights

    def split(self, x):
        """(B, L, D) -> (B, N, L, d)."""
        x = ops.reshape(x, (ops.shape(x)[0], ops.shape(x)[1], self.heads, self.width // self.heads))
        return ops.swapaxes(x, 1, 2)

    def get_config(self):
        own = {"width": self.width, "heads": self.heads, "dropout": self.dropout, "causal": self.causal}
        return {**super().get_config(), **own}
