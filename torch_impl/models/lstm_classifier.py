"""Text classifier: embedding -> bidirectional LSTM, read at the end of both directions -> head."""

from torch import nn

from torch_impl.arguments import check_rate, check_size
from torch_impl.layers.dense_head import dense_head
from torch_impl.layers.recurrent import MaskedLSTMStack


class LSTMClassifier(nn.Module):
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

    def __init__(self, vocabulary=10_000, width=128, units=256, depth=2, classes=2, dropout=0.3, head_units=256):
        super().__init__()
        check_size("vocabulary", vocabulary)
        check_size("width", width)
        check_size("units", units)
        check_size("depth", depth)
        check_size("classes", classes)
        check_rate("dropout", dropout)
        if head_units:
            check_size("head_units", head_units)
        self.embedding = nn.Embedding(vocabulary, width, padding_idx=0)
        self.embedding_drop = nn.Dropout(dropout)
        self.lstm = MaskedLSTMStack(width, units, depth, dropout, bidirectional=True)
        self.drop = nn.Dropout(dropout)
        self.head = dense_head(2 * units, head_units, classes, dropout)

    def forward(self, tokens):
        x = self.embedding_drop(self.embedding(tokens))
        x = self.lstm(x, (tokens != 0).sum(1))
        return self.head(self.drop(x))
