"""Text classifier: embedding -> bidirectional LSTM, read at the last step -> head."""

from keras import Input, Model, layers

from keras_impl.arguments import check_rate, check_size
from keras_impl.layers.recurrent import recurrent_stack


def build_sentiment_lstm(vocabulary=10_000, width=100, units=128, depth=2, classes=2, dropout=0.5):
    """Tokens (B, L) -> logits (B, classes); padding is a token like any other.

    Args:
        vocabulary: number of tokens.
        width: width of the embedding.
        units: width of one direction of one layer.
        depth: number of LSTM layers.
        classes: width of the head.
        dropout: rate between the layers and before the head, in [0, 1).

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_size("vocabulary", vocabulary)
    check_size("width", width)
    check_size("units", units)
    check_size("depth", depth)
    check_size("classes", classes)
    check_rate("dropout", dropout)
    tokens = Input((None,), dtype="int32", name="tokens")
    x = layers.Embedding(vocabulary, width, name="embedding")(tokens)
    x = recurrent_stack(x, layers.LSTM, units, depth, dropout, name="lstm", bidirectional=True, sequences=True)
    x = layers.Dropout(dropout, name="drop")(x[:, -1])  # rule: bidirectional-last-step
    logits = layers.Dense(classes, name="head")(x)
    return Model(tokens, logits, name="sentiment_lstm")
