"""Text classifier: embedding -> bidirectional LSTM, read at the end of both directions -> head."""

from keras import Input, Model, layers

from keras_impl.arguments import check_rate, check_size
from keras_impl.layers.dense_head import dense_head
from keras_impl.layers.recurrent import recurrent_stack


def build_lstm_classifier(vocabulary=10_000, width=128, units=256, depth=2, classes=2, dropout=0.3, head_units=256):
    """Tokens (B, L), padded with 0 on the right -> logits (B, classes), whatever the padding.

    Args:
        vocabulary: number of tokens, with the padding.
        width: width of the embedding.
        units: width of one direction of one layer.
        depth: number of LSTM layers.
        classes: width of the head.
        dropout: rate after the embedding, between the layers, before and inside the head, in [0, 1).
        head_units: width of the hidden layer of the head; 0 for none.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_size("vocabulary", vocabulary)
    check_size("width", width)
    check_size("units", units)
    check_size("depth", depth)
    check_size("classes", classes)
    check_rate("dropout", dropout)
    if head_units:
        check_size("head_units", head_units)
    tokens = Input((None,), dtype="int32", name="tokens")
    x = layers.Embedding(vocabulary, width, mask_zero=True, name="embedding")(tokens)
    x = layers.Dropout(dropout, name="embedding_drop")(x)
    x = recurrent_stack(x, layers.LSTM, units, depth, dropout, name="lstm", bidirectional=True)
    x = layers.Dropout(dropout, name="drop")(x)
    logits = dense_head(x, head_units, classes, dropout, name="head")
    return Model(tokens, logits, name="lstm_classifier")
