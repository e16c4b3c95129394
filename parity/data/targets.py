"""Targets in the form that a loss expects."""

from __future__ import annotations

import numpy as np

from parity.data.draws import Array, Draw


def targets(draw: Draw, loss: str, classes: int) -> Array:
    """The draw's labels or numbers as targets of ``loss``, told apart by the words of its name.

    ``binary_cross_entropy``: 0.0 or 1.0, (count, ..., 1). ``categorical_cross_entropy``: one-hot (count, ..., classes).
    Any other ``cross_entropy``: int64 in [0, classes), (count, ...). The rest are regressions, (count, classes): the
    source's own numbers, else the label itself (classes=1) or one-hot labels.
    """
    assert draw.labels is not None
    if "binary" in loss:
        return (draw.labels % 2)[..., None].astype(np.float64)
    labels = draw.labels % classes
    if "categorical" in loss and "sparse" not in loss:
        return np.eye(classes)[labels]
    if "cross_entropy" in loss:
        return labels
    if draw.numbers is not None:
        return draw.numbers
    if classes == 1:
        return draw.labels[..., None].astype(np.float64)
    return np.eye(classes)[labels]
