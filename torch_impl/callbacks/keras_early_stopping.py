"""Keras's own early stopping."""

import copy

import numpy as np

from torch_impl.callbacks.callback import Callback


class KerasEarlyStopping(Callback):
    """Stops after ``patience`` epochs without an improvement of ``min_delta``, never after the first epoch.

    As ``keras.callbacks.EarlyStopping`` for a number that should be small: comparisons are in float32.

    Args:
        monitor: name in the logs.
        min_delta: an epoch must be better by more than this to count.
        patience: epochs without improvement that end the training.
        restore_best_weights: end with the weights of the best epoch, also if all epochs were run.

    rule: early-stopping-patience, early-stopping-restore, callback-float32
    """

    kept = ("best", "weights", "best_epoch", "waited")

    def __init__(self, monitor="val_loss", min_delta=0.0, patience=0, restore_best_weights=False):
        super().__init__()
        self.monitor = monitor
        self.min_delta = min_delta
        self.patience = patience
        self.restore_best_weights = restore_best_weights
        self.best = self.weights = None
        self.best_epoch = self.waited = 0

    def on_epoch_end(self, epoch, logs):
        value = float(logs[self.monitor])
        better = self.best is None or np.float32(value + self.min_delta) < np.float32(self.best)
        if better:
            self.best, self.best_epoch, self.waited = value, epoch, 0
            if self.restore_best_weights:
                self.weights = copy.deepcopy(self.model.state_dict())
            return
        self.waited += 1
        if self.waited >= self.patience and epoch > 0:
            self.stop = True

    def on_train_end(self):
        if self.weights is not None:
            self.model.load_state_dict(self.weights)
