"""Stop when the watched number no longer improves; keep the weights of its best epoch."""

from keras_impl.arguments import check_size
from keras_impl.callbacks.best import Best
from keras_impl.callbacks.callback import Callback


class EarlyStopping(Callback):
    """Stops after ``patience`` epochs without improvement and always restores the best epoch's weights.

    Numbers are compared in double precision; the stock callback compares in float32.

    Args:
        monitor: name in the logs.
        patience: epochs without improvement that end the training.
        min_delta: an epoch must be better by more than this to count.
        mode: "min" if smaller is better, "max" if larger is.

    Raises:
        ValueError: naming the argument, its value and what was expected.

    rule: early-stopping-patience, early-stopping-restore, callback-float32
    """

    kept = ("best.value", "best_epoch", "weights", "waited")

    def __init__(self, monitor="val_loss", patience=15, min_delta=0.0, mode="min"):
        super().__init__()
        check_size("patience", patience)
        self.monitor = monitor
        self.patience = patience
        self.best = Best(mode, min_delta)
        self.best_epoch = self.weights = None
        self.waited = 0

    def on_epoch_end(self, epoch, logs=None):
        if self.best.improves(float(logs[self.monitor])):
            self.best_epoch, self.weights = epoch, self.model.get_weights()
            self.waited = 0
            return
        self.waited += 1
        if self.waited >= self.patience:
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        if self.weights is not None:
            self.model.set_weights(self.weights)
