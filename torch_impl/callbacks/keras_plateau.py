"""Keras's own way to lower the learning rate when the watched number stands still."""

import numpy as np

from torch_impl.callbacks.callback import Callback


class KerasPlateau(Callback):
    """Multiplies the learning rate by ``factor`` after ``patience`` epochs without an improvement of ``min_delta``.

    As ``keras.callbacks.ReduceLROnPlateau`` for a number that should be small: the difference is absolute, the last
    epoch of the cooldown counts, and comparisons are in float32.

    Args:
        monitor: name in the logs.
        factor: of the new rate, below 1.
        patience: epochs without improvement that lead to it.
        min_delta: an epoch must be better by more than this.
        cooldown: epochs to wait after a reduction.
        min_lr: smallest learning rate.

    rule: plateau-patience, plateau-threshold, plateau-cooldown, callback-float32
    """

    kept = ("best", "waited", "cooling")

    def __init__(self, monitor="val_loss", factor=0.1, patience=10, min_delta=1e-4, cooldown=0, min_lr=0.0):
        super().__init__()
        self.monitor = monitor
        self.factor = factor
        self.patience = patience
        self.min_delta = min_delta
        self.cooldown = cooldown
        self.min_lr = min_lr
        self.best = None
        self.waited = self.cooling = 0

    def on_epoch_end(self, epoch, logs):
        value = float(logs[self.monitor])
        if self.cooling:
            self.cooling -= 1
            self.waited = 0
        if self.best is None or np.float32(value + self.min_delta) < np.float32(self.best):
            self.best = value
            self.waited = 0
        elif not self.cooling:
            self.waited += 1
            if self.waited >= self.patience and self.lower():
                self.cooling = self.cooldown
                self.waited = 0

    def lower(self):
        groups = [group for group in self.optimizer.param_groups if group["lr"] > np.float32(self.min_lr)]
        for group in groups:
            group["lr"] = max(group["lr"] * self.factor, self.min_lr)
        return bool(groups)
