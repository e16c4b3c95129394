"""One list of numbers per name, one number per epoch."""

import time

from torch_impl.callbacks.callback import Callback


class History(Callback):
    """Collects the logs of every epoch, the learning rate that it was trained with, and how long it took.

    ``curves`` maps each name to its numbers: loss, val_loss, metrics, learning_rate, seconds.

    rule: history-weighted, history-learning-rate
    """

    kept = ("curves",)

    def __init__(self):
        self.curves = {}

    def on_epoch_begin(self, epoch):
        self.started = time.perf_counter()

    def on_epoch_end(self, epoch, logs):
        logs["learning_rate"] = float(self.optimizer.param_groups[0]["lr"])
        logs["seconds"] = time.perf_counter() - self.started
        for name, value in logs.items():
            self.curves.setdefault(name, []).append(float(value))
