"""Set the learning rate before every epoch, or before every step."""

from keras import ops

from keras_impl.arguments import check_choice
from keras_impl.callbacks.callback import Callback


class Schedule(Callback):
    """Multiplies the first learning rate by ``factor(index)``.

    The logs of an epoch show the rate it was trained with.

    Args:
        factor: index -> factor, see ``training.schedules``.
        unit: what the index counts, "epoch" or "step"; both from 0.

    Raises:
        ValueError: naming the argument, its value and what was expected.

    rule: schedule-double, history-learning-rate
    """

    kept = ("first", "step")

    def __init__(self, factor, unit="epoch"):
        super().__init__()
        check_choice("unit", unit, ("epoch", "step"))
        self.factor = factor
        self.unit = unit
        self.step = 0

    def on_train_begin(self, logs=None):
        self.first = float(ops.convert_to_numpy(self.model.optimizer.learning_rate))

    def on_epoch_begin(self, epoch, logs=None):
        if self.unit == "epoch":
            self.model.optimizer.learning_rate = self.first * self.factor(epoch)

    def on_train_batch_begin(self, batch, logs=None):
        if self.unit == "step":
            self.model.optimizer.learning_rate = self.first * self.factor(self.step)
            self.step += 1
