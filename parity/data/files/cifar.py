"""CIFAR-10 in its published binary version. The Python version is a pickle, which could run code: it is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from parity.data.dataset import DataSet, Plan
from parity.data.files.pictures import Pictures, picture_set
from parity.data.files.reading import check_labels, damaged, read_bytes
from parity.errors import UsageError

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
RECORD = 1 + 3 * 32 * 32

_SUBFOLDER = "cifar-10-batches-bin"


def cifar_folder(folder: Path) -> Path | None:
    """The folder itself or its usual subfolder, where there are CIFAR-10 batches of either version."""
    for place in (folder, folder / _SUBFOLDER, folder / "cifar-10-batches-py"):
        if any(place.glob("data_batch_*")):
            return place
    return None


def load_cifar10(name: str, plan: Plan, *, path: str, flatten: bool = False) -> DataSet:
    """``data_batch_*.bin`` and ``test_batch.bin``: images (N, 32, 32, 3), or flattened, float32 in [0, 1]."""
    root = Path(path)
    place = cifar_folder(root)
    if place is None:
        raise UsageError(f"{root}: no data_batch_1.bin in it", f"give the folder {_SUBFOLDER}; nothing is downloaded")
    batches = sorted(place.glob("data_batch_*.bin"))
    if not batches:
        raise UsageError(
            f"{place}: holds the Python version of CIFAR-10, whose pickles could run code",
            "use the binary version, cifar-10-binary.tar.gz",
        )
    images, labels = zip(*map(read_batch, batches), strict=True)
    train = np.concatenate(images), np.concatenate(labels)
    return picture_set(name, plan, train, read_batch(place / "test_batch.bin"), CLASSES, flatten)


def read_batch(path: Path) -> Pictures:
    """Images (N, 32, 32, 3) and labels of one file: each record is a label and the red, green and blue planes.

    Raises:
        UsageError: if it is missing, not made of whole records, or holds a label above 9.
    """
    data = read_bytes(path)
    if not data or len(data) % RECORD:
        raise damaged(path, f"{len(data)} bytes are not whole records of {RECORD}")
    records = np.frombuffer(data, np.uint8).reshape(-1, RECORD)
    labels = records[:, 0].astype(np.int64)
    check_labels(path, "label", labels, 10)
    return records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1), labels
