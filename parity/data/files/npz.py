"""Arrays of the user's own: ``.npz`` files."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np

from parity.data import scaling
from parity.data.dataset import DataSet, Part, Plan, cut
from parity.data.draws import Array
from parity.data.files.reading import check_counts, check_finite, check_labels, damaged, missing
from parity.errors import UsageError

_PAIRS = (("x", "y"), ("X", "y"), ("features", "labels"), ("images", "labels"), ("inputs", "targets"))


def load_npz(name: str, plan: Plan, *, folder: str, classes: int = 0, scale: str = "none") -> DataSet:
    """Arrays ``x`` and ``y``, or ``x_train, y_train, x_test, y_test`` (and ``x_validation, y_validation``).

    Whole-number targets (N,) or (N, 1) are labels, others numbers to predict. Images of bytes become float32 in [0, 1]
    (gray images get a channel axis), other inputs float64.

    Args:
        name: shown in the result.
        plan: how to split what is not split.
        folder: the file.
        classes: number of classes; 0 for the highest label plus one.
        scale: of inputs of two axes, fitted on the training part.
    """
    path = Path(folder)
    arrays = _read(path)
    parts = [(f"x_{part}", f"y_{part}") for part in ("train", "validation", "test")]
    if parts[0][0] in arrays:
        pairs = [pair for pair in parts if pair[0] in arrays]
    else:
        pairs = [pair for pair in _PAIRS if pair[0] in arrays][:1]
    if not pairs or any(y not in arrays for _, y in pairs):
        raise UsageError(
            f"{path}: holds {', '.join(arrays) or 'no array'}: expected x and y, or x_train, y_train, x_test, y_test",
            "rename the arrays",
        )
    loaded = {x: (_inputs(path, x, arrays[x]), _targets(path, y, arrays[y])) for x, y in pairs}
    for inputs, targets in loaded.values():
        check_counts(path, len(inputs), len(targets))
    _check_alike(path, loaded)
    labelled = _is_label(next(iter(loaded.values()))[1])
    names = _names(path, [(y, loaded[x][1]) for x, y in pairs], classes) if labelled else ()
    return _assemble(name, plan, loaded, names, scale)


def _read(path: Path) -> dict[str, Array]:
    try:
        with np.load(path, allow_pickle=False) as archive:
            if not isinstance(archive, np.lib.npyio.NpzFile):
                raise UsageError(f"{path}: a single array: expected an .npz file", "save it with numpy.savez")
            return {key: archive[key] for key in archive.files}
    except FileNotFoundError:
        raise missing(path) from None
    except ValueError as error:
        if "pickle" in str(error):
            hint = "save plain arrays of numbers: objects could run code"
            raise UsageError(f"{path}: holds Python objects, or is no .npz file", hint) from None
        raise damaged(path, str(error).splitlines()[0]) from None
    except (zipfile.BadZipFile, OSError, EOFError) as error:
        raise damaged(path, str(error).splitlines()[0]) from None


def _inputs(path: Path, key: str, values: Array) -> Array:
    if values.dtype.kind not in "fiub" or values.ndim < 2:
        raise UsageError(
            f"{path}: {key} is {values.dtype} {values.shape}: expected numbers of at least two axes", "samples come first"
        )
    check_finite(path, key, values)
    if values.dtype == np.uint8 and values.ndim in (3, 4):
        unit = values.astype(np.float32) / np.float32(255)
        return unit[..., None] if values.ndim == 3 else unit
    return values.astype(np.float64)


def _targets(path: Path, key: str, values: Array) -> Array:
    if values.dtype.kind not in "fiub" or values.ndim not in (1, 2):
        raise UsageError(f"{path}: {key} is {values.dtype} {values.shape}: expected numbers (N,) or (N, K)", "check it")
    check_finite(path, key, values)
    if _is_label(values) and (values.ndim == 1 or values.shape[1] == 1):
        return values.reshape(-1).astype(np.int64)
    numbers = values.astype(np.float64)
    return numbers[:, None] if numbers.ndim == 1 else numbers


def _is_label(values: Array) -> bool:
    return values.dtype.kind in "iub"


def _names(path: Path, targets: list[tuple[str, Array]], classes: int) -> tuple[str, ...]:
    count = classes or int(max(values.max() for _, values in targets)) + 1
    for key, values in targets:
        check_labels(path, key, values.astype(np.int64), count)
    return tuple(map(str, range(count)))


def _check_alike(path: Path, loaded: dict[str, tuple[Array, Array]]) -> None:
    for what, forms in (
        ("inputs", {x: pair[0].shape[1:] for x, pair in loaded.items()}),
        ("targets", {x: (pair[1].shape[1:], pair[1].dtype.kind) for x, pair in loaded.items()}),
    ):
        if len(set(forms.values())) > 1:
            written = ", ".join(f"{key} {form}" for key, form in forms.items())
            raise UsageError(f"{path}: {what} of different forms: {written}", "all parts must have the same form")


def _assemble(
    name: str, plan: Plan, loaded: dict[str, tuple[Array, Array]], names: tuple[str, ...], scale: str
) -> DataSet:
    (inputs, targets), *given = loaded.values()
    parts = _parts(plan, loaded, bool(names))
    task = "classification" if names else "regression"
    if inputs.ndim == 2:
        scaler = scaling.fit(parts[0].inputs, scale)
        train, validation, test = (Part(scaler.apply(part.inputs), part.targets) for part in parts)
        return DataSet(name, "tabular", task, train, validation, test, names, scaler=scaler)
    return DataSet(name, "image" if inputs.ndim == 4 else "series", task, *parts, names)
