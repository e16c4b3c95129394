"""Arrays of the user's own: ``.npz`` files."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from parity.data import scaling
from parity.data.dataset import DataSet, Part, Parts, Plan, cut, hold_out
from parity.data.draws import Array
from parity.data.files.reading import check_counts, check_finite, check_labels, damaged, missing
from parity.data.names import positive
from parity.errors import UsageError

_PAIRS = (("x", "y"), ("X", "y"), ("features", "labels"), ("images", "labels"), ("inputs", "targets"))


def load_npz(name: str, plan: Plan, *, path: str, classes: int = 0, scale: str = "none") -> DataSet:
    """Arrays ``x`` and ``y``, or ``x_train, y_train, x_test, y_test`` (and ``x_validation, y_validation``).

    Whole-number targets (N,) or (N, 1) are labels, others numbers to predict. Images of bytes become float32 in [0, 1]
    (gray images get a channel axis), other inputs float64.

    Args:
        name: shown in the result.
        plan: how to split what is not split.
        path: the file.
        classes: number of classes; 0 for the highest label plus one.
        scale: of inputs of two axes, fitted on the training part.
    """
    file = Path(path)
    arrays = _read(file)
    parts = [(f"x_{part}", f"y_{part}") for part in ("train", "validation", "test")]
    given = parts[0][0] in arrays
    pairs = [pair for pair in parts if pair[0] in arrays] if given else [p for p in _PAIRS if p[0] in arrays][:1]
    if not pairs or any(y not in arrays for _, y in pairs) or (given and "x_test" not in arrays):
        raise UsageError(
            f"{file}: holds {', '.join(arrays) or 'no array'}: expected x and y, or x_train, y_train, x_test, y_test",
            "rename the arrays",
        )
    loaded = {x: (_inputs(file, x, arrays[x]), _targets(file, y, arrays[y])) for x, y in pairs}
    for inputs, targets in loaded.values():
        check_counts(file, len(inputs), len(targets))
    _check_alike(file, loaded)
    whole = [Part(*pair) for pair in loaded.values()]
    labelled = whole[0].targets.dtype.kind == "i"
    names = _names(file, [(y, loaded[x][1]) for x, y in pairs], classes) if labelled else ()
    return _assemble(name, _parts(plan, whole, labelled), names, scale)


def _read(path: Path) -> dict[str, Array]:
    try:
        with path.open("rb") as file:
            archive = np.load(file, allow_pickle=False)
            if not isinstance(archive, np.lib.npyio.NpzFile):
                raise UsageError(f"{path}: a single array: expected an .npz file", "save it with numpy.savez")
            return {key: archive[key] for key in archive.files}
    except FileNotFoundError:
        raise missing(path) from None
    except UsageError:
        raise
    except Exception as error:  # a damaged archive makes zipfile, zlib and NumPy raise a dozen kinds of error
        if "pickle" in str(error):
            hint = "save plain arrays of numbers: objects could run code"
            raise UsageError(f"{path}: holds Python objects, or is no .npz file", hint) from None
        raise damaged(path, str(error).partition("\n")[0] or type(error).__name__) from None


def _inputs(path: Path, key: str, values: Array) -> Array:
    if values.dtype.kind not in "fiub" or values.ndim < 2:
        raise UsageError(
            f"{path}: {key} is {values.dtype} {values.shape}: expected numbers of at least two axes",
            "samples come first",
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
    if values.dtype.kind in "iub" and (values.ndim == 1 or values.shape[1] == 1):
        return values.reshape(-1).astype(np.int64)
    numbers = values.astype(np.float64)
    return numbers[:, None] if numbers.ndim == 1 else numbers


def _names(path: Path, targets: list[tuple[str, Array]], classes: int) -> tuple[str, ...]:
    count = positive("classes", classes) if classes else int(max(values.max() for _, values in targets)) + 1
    samples = sum(len(values) for _, values in targets)
    if not classes and count > samples:
        hint = "number the classes from 0, say how many there are (classes=...), or save numbers to predict as floats"
        raise UsageError(f"{path}: labels up to {count - 1} in {samples} samples: expected whole classes", hint)
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


def _parts(plan: Plan, whole: list[Part], labelled: bool) -> Parts:
    if len(whole) == 3:
        return whole[0], whole[1], whole[2]
    if len(whole) == 2:
        return hold_out(plan, whole[0], whole[1], labelled=labelled)
    return cut(plan, whole[0].inputs, whole[0].targets, labelled=labelled)


def _assemble(name: str, parts: Parts, names: tuple[str, ...], scale: str) -> DataSet:
    task = "classification" if names else "regression"
    axes = parts[0].inputs.ndim
    if axes == 2:
        scaler = scaling.fit(parts[0].inputs, scale)
        train, validation, test = (Part(scaler.apply(part.inputs), part.targets) for part in parts)
        return DataSet(name, "tabular", task, train, validation, test, names, scaler=scaler)
    return DataSet(name, "image" if axes == 4 else "series", task, *parts, names)
