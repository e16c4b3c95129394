"""One list of numbers per name, one number per epoch."""

import time

from keras import ops

from keras_impl.callbacks.callback import Callback


class History(Callback):
    """Collects the logs of every epoch, the learning rate that it was trained with, and how long it took.

    ``curves`` maps each name to its numbers: loss, val_loss, metrics, learning_rate, seconds.

    rule: history-weighted, history-learning-rate
    """

    kept = ("curves",)

    def __init__(self):
        super().__init__()
        self.curves = {}

    def on_epoch_begin(self, epoch, logs=None):
        self.started = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        logs["learning_rate"] = float(ops.convert_to_numpy(self.model.optimizer.learning_rate))
        logs["seconds"] = time.perf_counter() - self.started
        for name, value in logs.items():
            self.curves.setdefault(name, []).append(float(value))
