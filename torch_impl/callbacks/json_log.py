"""One JSON object per epoch and line."""

import json
from pathlib import Path

from torch_impl.callbacks.callback import Callback


class JSONLog(Callback):
    """Writes epoch and logs, all digits; a run that dies leaves its epochs.

    Args:
        path: file; an old one is overwritten.
    """

    kept = ("lines",)

    def __init__(self, path):
        super().__init__()
        self.path = Path(path)
        self.lines = []

    def on_epoch_end(self, epoch, logs):
        line = json.dumps({"epoch": epoch, **{name: float(logs[name]) for name in sorted(logs)}}) + "\n"
        with self.path.open("a" if self.lines else "w") as file:
            file.write(line)
        self.lines.append(line)

    def restore(self, state):
        self.path.write_text("".join(state["lines"]))
        super().restore(state)
