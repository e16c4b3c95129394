"""Which layer is running, and how often each drew random numbers: both sides draw by the same keys."""

from __future__ import annotations

from collections import Counter


class Calls:
    """The innermost path that is running, and how often each path drew random numbers.

    Args:
        in_order: draws are told apart by their order in the pass, where paths are other ones on the other side.
    """

    def __init__(self, in_order: bool = False) -> None:
        self.in_order = in_order
        self.stack: list[str] = []
        self.draws: Counter[tuple[str, int]] = Counter()
        self.step = 0

    def begin(self, step: int) -> None:
        """A new step: every layer draws from the start again."""
        self.step = step
        self.draws.clear()

    def next_draw(self, trace: int = 0) -> tuple[str, int]:
        """The running layer and how many draws it made before, in this pass or in this ``trace`` of a graph."""
        path = self.stack[-1] if self.stack and not self.in_order else ""
        self.draws[path, trace] += 1
        return path, self.draws[path, trace] - 1
