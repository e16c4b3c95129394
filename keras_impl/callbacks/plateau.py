"""Lower the learning rate when the watched number stands still (PyTorch's ``ReduceLROnPlateau``)."""

import math

from keras import ops

from keras_impl.arguments import check_choice
from keras_impl.callbacks.callback import Callback


class Plateau(Callback):
    """Multiplies the learning rate by ``factor`` after more than ``patience`` epochs without improvement.

    An epoch improves if it is better than the best one by the share ``threshold``. The stock callback counts one epoch
    less, takes an absolute threshold, counts the last epoch of the cooldown, and compares in float32.

    Args:
        monitor: name in the logs.
        factor: of the new rate, below 1.
        patience: epochs without improvement that are borne.
        threshold: share by which an epoch must be better.
        cooldown: epochs after a reduction that are not judged.
        floor: smallest learning rate.
        mode: "min" if smaller is better, "max" if larger is.

    Raises:
        ValueError: naming the argument, its value and what was expected.

    rule: plateau-patience, plateau-threshold, plateau-cooldown, callback-float32
    """

    kept = ("best", "bad_epochs", "cooling")

    def __init__(self, monitor="val_loss", factor=0.1, patience=10, threshold=1e-4, cooldown=0, floor=0.0, mode="min"):
        super().__init__()
        check_choice("mode", mode, ("min", "max"))
        if factor >= 1:
            raise ValueError(f"factor={factor!r}: expected a number below 1")
        self.monitor = monitor
        self.factor = factor
        self.patience = patience
        self.cooldown = cooldown
        self.floor = floor
        self.sign = 1 if mode == "min" else -1
        self.share = 1 - self.sign * threshold
        self.best = self.sign * math.inf
        self.bad_epochs = self.cooling = 0

    def on_epoch_end(self, epoch, logs=None):
        value = float(logs[self.monitor])
        if self.sign * value < self.sign * self.best * self.share:
            self.best = value
            self.bad_epochs = 0
        else:
            self.bad_epochs += 1
        if self.cooling:
            self.cooling -= 1
            self.bad_epochs = 0
        if self.bad_epochs > self.patience:
            self.lower(self.model.optimizer)
            self.cooling = self.cooldown
            self.bad_epochs = 0

    def lower(self, optimizer):
        old = float(ops.convert_to_numpy(optimizer.learning_rate))
        new = max(old * self.factor, self.floor)
        if old - new > 1e-8:  # as PyTorch: smaller changes are not worth it
            optimizer.learning_rate = new
