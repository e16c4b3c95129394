"""Data sets of images in bytes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from parity.data.dataset import DataSet, Part, Plan, cut
from parity.data.draws import Labels
from parity.data.splits import random_split, temporal_split
from parity.errors import UsageError

Pictures = tuple[NDArray[np.uint8], Labels]


def picture_set(
    name: str, plan: Plan, train: Pictures, test: Pictures | None, classes: tuple[str, ...], flatten: bool
) -> DataSet:
    """Images (N, H, W, C) of bytes -> float32 in [0, 1]; a validation part is split off, and a test part unless given."""
    images, labels = _unit(train[0], flatten), train[1]
    if test is None:
        return DataSet(name, "image", "classification", *cut(plan, images, labels, labelled=True), classes)
    if train[0].shape[1:] != test[0].shape[1:]:
        raise UsageError(
            f"{name}: training images {train[0].shape[1:]} and test images {test[0].shape[1:]}: expected one shape",
            "check the files",
        )
    kept, held, _ = plan.fractions
    shares = (kept / (kept + held), held / (kept + held))
    if plan.split == "temporal":
        first, second = temporal_split(len(labels), shares)
    else:
        first, second = random_split(len(labels), shares, plan.seed, labels)
    parts = (Part(images[first], labels[first]), Part(images[second], labels[second]))
    return DataSet(name, "image", "classification", *parts, Part(_unit(test[0], flatten), test[1]), classes)


def _unit(images: NDArray[np.uint8], flatten: bool) -> NDArray[np.float32]:
    values = images.astype(np.float32) / np.float32(255)
    return values.reshape(len(values), -1) if flatten else values
