"""Keep the best and the last state of a training in files."""

import os
from pathlib import Path

from keras_impl.callbacks.best import Best
from keras_impl.callbacks.callback import Callback


class Checkpoint(Callback):
    """Writes ``best`` and ``last`` into a folder after each epoch; a file is either the old one or the new one.

    ``best.weights.h5`` and ``last.weights.h5`` are loaded with ``model.load_weights``; on a compiled model that brings
    back the optimizer too.

    Args:
        folder: is made if it does not exist.
        monitor: name in the logs.
        mode: "min" if smaller is better, "max" if larger is; of equal epochs the first is kept.

    Raises:
        ValueError: naming the argument, its value and what was expected.

    rule: checkpoint-ties, callback-float32
    """

    kept = ("best.value",)

    def __init__(self, folder, monitor="val_loss", mode="min"):
        super().__init__()
        self.folder = Path(folder)
        self.monitor = monitor
        self.best = Best(mode)

    def on_epoch_end(self, epoch, logs=None):
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.best.improves(float(logs[self.monitor])):
            self.write("best.weights.h5")
        self.write("last.weights.h5")

    def write(self, name):
        unfinished = self.folder / f".{name}"
        self.model.save_weights(unfinished)
        os.replace(unfinished, self.folder / name)
