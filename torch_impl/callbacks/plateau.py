"""Lower the learning rate when the watched number stands still (PyTorch's ``ReduceLROnPlateau``)."""

from torch.optim.lr_scheduler import ReduceLROnPlateau

from torch_impl.arguments import check_choice
from torch_impl.callbacks.callback import Callback


class Plateau(Callback):
    """Multiplies the learning rate by ``factor`` after more than ``patience`` epochs without improvement.

    An epoch improves if it is better than the best one by the share ``threshold``.

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

    rule: plateau-patience, plateau-threshold, plateau-cooldown
    """

    kept = ("scheduler.best", "scheduler.num_bad_epochs", "scheduler.cooldown_counter", "scheduler.last_epoch")

    def __init__(self, monitor="val_loss", factor=0.1, patience=10, threshold=1e-4, cooldown=0, floor=0.0, mode="min"):
        super().__init__()
        check_choice("mode", mode, ("min", "max"))
        if factor >= 1:
            raise ValueError(f"factor={factor!r}: expected a number below 1")
        self.monitor = monitor
        self.options = {
            "mode": mode,
            "factor": factor,
            "patience": patience,
            "threshold": threshold,
            "cooldown": cooldown,
            "min_lr": floor,
        }

    def on_train_begin(self):
        self.scheduler = ReduceLROnPlateau(self.optimizer, **self.options)

    def on_epoch_end(self, epoch, logs):
        self.scheduler.step(logs[self.monitor])
