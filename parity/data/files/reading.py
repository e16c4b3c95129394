"""What every reader checks: that files exist and are whole, and that numbers and labels make sense."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

import numpy as np

from parity.data.draws import Array, Labels
from parity.errors import UsageError


def read_bytes(path: Path, most: int = -1) -> bytes:
    """Contents of a file, unpacked if it ends in ``.gz``; at most ``most`` bytes.

    Raises:
        UsageError: if it is missing, unreadable or damaged.
    """
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            return file.read(most)
    except FileNotFoundError:
        raise missing(path) from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise damaged(path, f"not a whole gzip file ({error})") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})", "check the path and its permissions") from None


def missing(path: Path) -> UsageError:
    return UsageError(f"{path}: no such file", "check the path; nothing is downloaded")


def damaged(path: Path, reason: str) -> UsageError:
    return UsageError(f"{path}: damaged: {reason}", "copy or download the file again")


def check_finite(path: Path, what: str, values: Array) -> None:
    """Raise UsageError at the first NaN or infinity."""
    if np.issubdtype(values.dtype, np.inexact):
        bad = np.argwhere(~np.isfinite(values))
        if len(bad):
            where = ", ".join(map(str, bad[0]))
            raise UsageError(
                f"{path}: {what}[{where}] is {values[tuple(bad[0])]} ({len(bad)} such values): expected finite numbers",
                "fill or drop missing values first",
            )


def check_labels(path: Path, what: str, labels: Labels, classes: int) -> None:
    """Raise UsageError at the first label outside [0, classes)."""
    bad = np.flatnonzero((labels < 0) | (labels >= classes))
    if len(bad):
        raise UsageError(
            f"{path}: {what}[{bad[0]}] is {labels[bad[0]]}: expected labels 0 ... {classes - 1}",
            "number the classes from 0",
        )


def check_counts(path: Path, inputs: int, targets: int) -> None:
    """Raise UsageError unless there are inputs, and as many targets."""
    if inputs == 0:
        raise UsageError(f"{path}: holds no sample: expected at least one", "check the file")
    if inputs != targets:
        raise UsageError(f"{path}: {inputs} inputs and {targets} targets: expected as many", "check the files")
