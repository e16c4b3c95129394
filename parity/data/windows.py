"""Sliding windows over a series."""

from __future__ import annotations

import numpy as np

from parity.data.draws import Floats
from parity.errors import UsageError


def windows(series: Floats, length: int, horizon: int = 1, column: int = 0) -> tuple[Floats, Floats]:
    """Series (T,) or (T, D) -> windows (N, length, D) and the next values of one column (N, horizon).

    N = T - length - horizon + 1: every window that has its whole future inside the series.

    Raises:
        UsageError: for sizes below 1, or a series that is too short for one window.
    """
    if length < 1 or horizon < 1:
        raise UsageError(f"length={length}, horizon={horizon}: expected positive whole numbers", "such as 50 and 1")
    rows = series[:, None] if series.ndim == 1 else series
    count = len(rows) - length - horizon + 1
    if count < 1:
        raise UsageError(
            f"a series of {len(rows)} steps has no window of length={length} with horizon={horizon}",
            f"at least {length + horizon} steps are needed in every part: shorten the window or use more data",
        )
    view = np.lib.stride_tricks.sliding_window_view
    inputs = view(rows, length, axis=0)[:count].swapaxes(1, 2)
    return inputs.copy(), view(rows[length:, column], horizon).copy()
