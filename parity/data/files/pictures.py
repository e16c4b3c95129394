"""Data sets of images in bytes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from parity.data.dataset import DataSet, Part, Plan, cut, hold_out
from parity.data.draws import Labels
from parity.errors import UsageError

Pictures = tuple[NDArray[np.uint8], Labels]


def picture_set(
    name: str, plan: Plan, train: Pictures, test: Pictures | None, classes: tuple[str, ...], flatten: bool
) -> DataSet:
    """Images (N, H, W, C) of bytes -> float32 in [0, 1], split as the files leave open."""
    images, labels = _unit(train[0], flatten), train[1]
    if test is None:
        return DataSet(name, "image", "classification", *cut(plan, images, labels, labelled=True), classes)
    if train[0].shape[1:] != test[0].shape[1:]:
        raise UsageError(
            f"{name}: training images {train[0].shape[1:]} and test images {test[0].shape[1:]}: expected one shape",
            "check the files",
        )
    parts = hold_out(plan, Part(images, labels), Part(_unit(test[0], flatten), test[1]), labelled=True)
    return DataSet(name, "image", "classification", *parts, classes)


def _unit(images: NDArray[np.uint8], flatten: bool) -> NDArray[np.float32]:
    values = images.astype(np.float32) / np.float32(255)
    return values.reshape(len(values), -1) if flatten else values
