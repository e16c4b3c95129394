"""The best value of a watched number so far."""

import math

from torch_impl.arguments import check_choice


class Best:
    """Remembers the best value; NaN never counts as one.

    Args:
        mode: "min" if smaller is better, "max" if larger is.
        min_delta: a value must be better by more than this to count.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    def __init__(self, mode="min", min_delta=0.0):
        check_choice("mode", mode, ("min", "max"))
        self.sign = 1 if mode == "min" else -1
        self.min_delta = min_delta
        self.value = self.sign * math.inf

    def improves(self, value):
        """Say whether ``value`` is the new best one, and keep it if so."""
        better = self.sign * value < self.sign * self.value - self.min_delta
        if better:
            self.value = value
        return better
