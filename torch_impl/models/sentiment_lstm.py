"""Text classifier: embedding -> bidirectional LSTM, read at the last step -> head."""

from torch import nn

from torch_impl.arguments import check_rate, check_size
from torch_impl.layers.recurrent import LSTM, recurrent_stack


class SentimentLSTM(nn.Module):
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

    def __init__(self, vocabulary=10_000, width=100, units=128, depth=2, classes=2, dropout=0.5):
        super().__init__()
        check_size("vocabulary", vocabulary)
        check_size("width", width)
        check_size("units", units)
        check_size("depth", depth)
        check_size("classes", classes)
        check_rate("dropout", dropout)
        self.embedding = nn.Embedding(vocabulary, width)
        self.lstm = recurrent_stack(LSTM, width, units, depth, dropout, bidirectional=True, sequences=True)
        self.drop = nn.Dropout(dropout)
        self.head = nn.Linear(2 * units, classes)

    def forward(self, tokens):
        x = self.lstm(self.embedding(tokens))
        return self.head(self.drop(x[:, -1]))  # rule: bidirectional-last-step
