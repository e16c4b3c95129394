"""Data sets for training, by name or from the user's files."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from parity.data.dataset import DataSet, Plan, reconstructed
from parity.data.files.cifar import cifar_folder, load_cifar10
from parity.data.files.comma import load_csv
from parity.data.files.idx import has_idx, load_idx_file, load_mnist
from parity.data.files.npz import load_npz
from parity.data.files.reading import missing
from parity.data.names import FORMATS, SETS, check_options, find, suggest
from parity.data.splits import FRACTIONS
from parity.errors import UsageError

_SHARED = {"reconstruct": False}


def load(
    source: str | os.PathLike[str],
    *,
    seed: int = 0,
    fractions: tuple[float, float, float] = FRACTIONS,
    split: str | None = None,
    **options: Any,
) -> DataSet:
    """A data set, split and scaled; the same for the same arguments.

    Args:
        source: a name of ``SETS``; ``mnist``, ``fashion_mnist`` or ``cifar10`` with ``path=`` a folder (or
            ``"mnist:FOLDER"``); a folder of such files; or an ``.npz``, ``.csv`` or IDX file.
        seed: of what is random.
        fractions: shares of train, validation and test.
        split: ``random`` (stratified by class) or ``temporal``; None for the usual one of the data.
        options: of the data, or ``reconstruct`` (the targets are the inputs).

    Raises:
        UsageError: for an unknown name or option, or a file that is missing, damaged or holds what cannot be learnt.
    """
    if seed < 0:
        raise UsageError(f"seed={seed}: expected a whole number >= 0", "such as 0")
    if len(fractions) != 3:
        raise UsageError(
            f"fractions={tuple(fractions)}: expected three: train, validation, test", "such as 0.7,0.15,0.15"
        )
    name = os.fspath(source)
    function, place = _resolve(name, options)
    if place and "path" in options:
        raise UsageError(f"option path={options['path']!r}: {name!r} is a path already", "leave one of them out")
    check_options(name, function, options, _SHARED)
    reconstruct = options.pop("reconstruct", False)
    data: DataSet = function(name, Plan(seed, fractions, split), **options, **place)
    return reconstructed(data) if reconstruct else data


def _resolve(name: str, options: dict[str, Any]) -> tuple[Callable[..., DataSet], dict[str, str]]:
    """The loader of a name or path, and where its files are."""
    if name in SETS:
        return find(name, SETS, "data"), {}
    known, _, folder = name.partition(":")
    if known in FORMATS:
        if not folder and "path" not in options:
            raise UsageError(f"data {name!r} is read from files: expected their folder", f"say {known}:FOLDER")
        return find(known, FORMATS, "data"), {"path": os.path.expanduser(folder)} if folder else {}
    path = Path(name).expanduser()
    place = {"path": str(path)}
    if path.is_dir():
        return _of_folder(path), place
    if path.suffix == ".npz":
        return load_npz, place
    if path.suffix == ".csv" or path.name.endswith(".csv.gz"):
        return load_csv, place
    if path.name.endswith(("-ubyte", "-ubyte.gz")):
        return load_idx_file, place
    if path.exists():
        raise UsageError(f"{name}: a file of unknown format", "expected .npz, .csv, or IDX (...-idx3-ubyte)")
    if path.suffix or path.name != name:
        raise missing(path)
    raise UsageError(f"data {name!r} is unknown", suggest(name, [*SETS, *FORMATS]))


def _of_folder(path: Path) -> Callable[..., DataSet]:
    if cifar_folder(path) is not None:
        return load_cifar10
    if has_idx(path):
        return load_mnist
    raise UsageError(f"{path}: a folder with neither MNIST nor CIFAR-10 files", "expected *-ubyte or data_batch_*.bin")
