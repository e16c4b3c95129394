"""Keep the best and the last state of a training in files."""

import os
from pathlib import Path

import torch

from torch_impl.callbacks.best import Best
from torch_impl.callbacks.callback import Callback


class Checkpoint(Callback):
    """Writes ``best`` and ``last`` into a folder after each epoch; a file is either the old one or the new one.

    ``best.pt`` and ``last.pt`` hold the state of the model, of the optimizer, and the epoch.

    Args:
        folder: is made if it does not exist.
        monitor: name in the logs.
        mode: "min" if smaller is better, "max" if larger is; of equal epochs the first is kept.

    Raises:
        ValueError: naming the argument, its value and what was expected.

    rule: checkpoint-ties
    """

    kept = ("best.value",)

    def __init__(self, folder, monitor="val_loss", mode="min"):
        super().__init__()
        self.folder = Path(folder)
        self.monitor = monitor
        self.best = Best(mode)

    def on_epoch_end(self, epoch, logs):
        self.folder.mkdir(parents=True, exist_ok=True)
        state = {"epoch": epoch, "model": self.model.state_dict(), "optimizer": self.optimizer.state_dict()}
        if self.best.improves(float(logs[self.monitor])):
            self.write(state, "best.pt")
        self.write(state, "last.pt")

    def write(self, state, name):
        unfinished = self.folder / f".{name}"
        torch.save(state, unfinished)
        os.replace(unfinished, self.folder / name)
