"""One line per epoch in a CSV file."""

import csv
from pathlib import Path

from keras_impl.callbacks.callback import Callback


class CSVLog(Callback):
    """Writes epoch and logs, columns in alphabetical order, all digits; a run that dies leaves its epochs.

    Args:
        path: file; an old one is overwritten.
        leave_out: names that are not written, such as "seconds" for a file that is the same in every run.
    """

    kept = ("rows",)

    def __init__(self, path, leave_out=()):
        super().__init__()
        self.path = Path(path)
        self.leave_out = set(leave_out)
        self.rows = []

    def on_epoch_end(self, epoch, logs=None):
        names = self.rows[0][1:] if self.rows else sorted(set(logs) - self.leave_out)
        if not self.rows:
            self.write(["epoch", *names], "w")
        self.write([epoch, *(float(logs[name]) for name in names)], "a")

    def write(self, row, mode):
        self.rows.append(row)
        with self.path.open(mode, newline="") as file:
            csv.writer(file).writerow(row)

    def restore(self, state):
        with self.path.open("w", newline="") as file:
            csv.writer(file).writerows(state["rows"])
        super().restore(state)
