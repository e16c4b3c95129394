"""Set the learning rate before every epoch, or before every step."""

from torch_impl.arguments import check_choice
from torch_impl.callbacks.callback import Callback


class Schedule(Callback):
    """Multiplies the first learning rate, of each parameter group, by ``factor(index)``.

    The logs of an epoch show the rate it was trained with.

    Args:
        factor: index -> factor, see ``training.schedules``.
        unit: what the index counts, "epoch" or "step"; both from 0.

    Raises:
        ValueError: naming the argument, its value and what was expected.

    rule: schedule-double, history-learning-rate
    """

    kept = ("first",)

    def __init__(self, factor, unit="epoch"):
        super().__init__()
        check_choice("unit", unit, ("epoch", "step"))
        self.factor = factor
        self.unit = unit

    def on_train_begin(self):
        self.first = [group["lr"] for group in self.optimizer.param_groups]

    def on_epoch_begin(self, epoch):
        if self.unit == "epoch":
            self.scale(self.factor(epoch))

    def on_step_begin(self, step):
        if self.unit == "step":
            self.scale(self.factor(step))

    def scale(self, factor):
        for group, first in zip(self.optimizer.param_groups, self.first, strict=True):
            group["lr"] = first * factor
