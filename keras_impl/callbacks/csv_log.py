"""One line per epoch in a CSV file."""

import csv
from pathlib import Path

from keras_impl.callbacks.callback import Callback


class CSVLog(Callback):
    """Writes epoch and logs, columns in alphabetical order, all digits; a run that dies leaves its epochs.

    Args:
        path: file; an old one is overwritten.
    """

    def __init__(self, path):
        super().__init__()
        self.path = Path(path)
        self.names = None

    def on_epoch_end(self, epoch, logs=None):
        first = self.names is None
        if first:
            self.names = sorted(logs)
        with self.path.open("w" if first else "a", newline="") as file:
            writer = csv.writer(file)
            if first:
                writer.writerow(["epoch", *self.names])
            writer.writerow([epoch, *(float(logs[name]) for name in self.names)])
