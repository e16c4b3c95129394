"""MNIST and Fashion-MNIST in their published IDX format, plain or gzipped."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from parity.data.dataset import DataSet, Plan
from parity.data.files.pictures import picture_set
from parity.data.files.reading import check_counts, check_labels, damaged, missing, read_bytes
from parity.data.names import suggest
from parity.errors import UsageError

FASHION = ("t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")
DIGITS = tuple("0123456789")

_MOST = 1 << 32


def read_idx(path: Path) -> NDArray[np.uint8]:
    """The array of an IDX file of unsigned bytes.

    Raises:
        UsageError: if it is missing or not what its header says.
    """
    start = read_bytes(path, 4)
    if len(start) < 4 or start[:2] != b"\0\0" or start[2] != 8 or not 1 <= start[3] <= 4:
        raise damaged(path, f"starts with {start.hex(' ') or 'nothing'}, not as an IDX file of bytes (00 00 08 ..)")
    header = 4 + 4 * start[3]
    head = read_bytes(path, header)
    if len(head) < header:
        raise damaged(path, f"{len(head)} bytes, less than its header of {header}")
    sizes = np.frombuffer(head[4:], ">u4").tolist()
    wanted = math.prod(sizes)
    if wanted > _MOST:
        raise damaged(path, f"its header announces {wanted} bytes")
    data = read_bytes(path, header + wanted + 1)[header:]
    if len(data) != wanted:
        found = f"{len(data)}" if len(data) < wanted else "more"
        raise damaged(path, f"its header {tuple(sizes)} announces {wanted} bytes, and it holds {found}")
    return np.frombuffer(data, np.uint8).reshape(sizes)


def has_idx(folder: Path) -> bool:
    """Does a folder hold IDX files of MNIST?"""
    return any(folder.glob("*-ubyte")) or any(folder.glob("*-ubyte.gz"))


def load_mnist(name: str, plan: Plan, *, path: str, flatten: bool = False, fashion: bool | None = None) -> DataSet:
    """The four files of a folder: images (N, 28, 28, 1), or flattened, float32 in [0, 1].

    Training files are split into training and validation; the t10k files are the test part.

    Args:
        name: ``mnist`` or ``fashion_mnist``, or the folder.
        plan: how to split off the validation part; its third share is not used.
        path: their folder.
        flatten: 784 numbers for each image.
        fashion: name the classes after clothes; None to tell by ``name`` and folder.
    """
    root = Path(path)
    train = _pair(root, "train")
    test = _pair(root, "t10k")
    if fashion is None:
        fashion = "fashion" in name.lower() or "fashion" in root.name.lower()
    return picture_set(name, plan, train, test, FASHION if fashion else DIGITS, flatten)


def load_idx_file(name: str, plan: Plan, *, path: str, flatten: bool = False) -> DataSet:
    """One file of images, with the file of labels beside it, split in three."""
    file = Path(path)
    if "images" not in file.name:
        raise UsageError(f"{file}: expected a file of images", "name the file ...images-idx3-ubyte, or its folder")
    labels = file.with_name(file.name.replace("images", "labels").replace("idx3", "idx1"))
    return picture_set(name, plan, _checked(file, read_idx(file), labels), None, DIGITS, flatten)


def _pair(root: Path, part: str) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    images = _find(root, f"{part}-images", "idx3-ubyte")
    return _checked(images, read_idx(images), _find(root, f"{part}-labels", "idx1-ubyte"))


def _find(root: Path, stem: str, ending: str) -> Path:
    if not root.is_dir():
        raise UsageError(f"{root}: no such folder", "give the folder that holds the files; nothing is downloaded")
    for name in (f"{stem}-{ending}", f"{stem}.{ending}"):
        for path in (root / name, root / f"{name}.gz"):
            if path.is_file():
                return path
    present = sorted(path.name for path in root.iterdir())[:8]
    hint = suggest(f"{stem}-{ending}", present) if present else "the folder is empty"
    raise UsageError(f"{root / stem}-{ending}: no such file, and none with .gz", hint)


def _checked(path: Path, images: NDArray[np.uint8], labels_path: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    if not labels_path.is_file():
        raise missing(labels_path)
    labels = read_idx(labels_path).astype(np.int64)
    if images.ndim != 3 or labels.ndim != 1:
        raise damaged(path, f"images of {images.ndim} axes and labels of {labels.ndim}, expected 3 and 1")
    check_counts(path, len(images), len(labels))
    check_labels(labels_path, "label", labels, 10)
    return images[..., None], labels
