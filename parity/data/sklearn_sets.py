"""The data that scikit-learn bundles, read once; scikit-learn is imported when first asked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from parity.data.draws import Floats, Labels
from parity.errors import EnvironmentProblem


@dataclass(frozen=True, eq=False)
class Table:
    """Raw features (N, D) with labels (N,), or with a number to predict (N,)."""

    features: Floats
    labels: Labels | None
    numbers: Floats | None
    classes: tuple[str, ...]


def datasets() -> Any:
    """The module ``sklearn.datasets``."""
    try:
        return import_module("sklearn.datasets")
    except ImportError as error:
        raise EnvironmentProblem(f"this data needs scikit-learn: {error}", "pip install scikit-learn") from error


@lru_cache
def table(name: str) -> Table:
    """``breast_cancer``, ``wine``, ``iris`` or ``diabetes`` as published (diabetes unscaled)."""
    module = datasets()
    if name == "diabetes":
        data = module.load_diabetes(scaled=False)
        return Table(frozen(data.data), None, frozen(data.target), ())
    data = getattr(module, f"load_{name}")()
    return Table(frozen(data.data), frozen(data.target, np.int64), None, tuple(map(str, data.target_names)))


@lru_cache
def digits() -> tuple[Floats, Labels]:
    """1797 handwritten digits: images (N, 8, 8) in [0, 1] and labels."""
    data = datasets().load_digits()
    return frozen(data.images / 16), frozen(data.target, np.int64)


PHOTOS = ("china", "flower")


@lru_cache
def photos() -> Floats:
    """The two sample photographs (2, 427, 640, 3) in [0, 1], in order of ``PHOTOS``."""
    try:
        from PIL import Image
    except ImportError as error:
        raise EnvironmentProblem("data 'photos' needs Pillow to read JPEG files", "pip install pillow") from error
    images = [np.asarray(Image.open(_folder() / "images" / f"{name}.jpg")) for name in PHOTOS]
    values: Floats = frozen(np.stack(images) / 255)
    return values


def _folder() -> Path:
    """Of ``sklearn.datasets``, which takes a second to import."""
    found = find_spec("sklearn")
    if found is None or found.origin is None:
        raise EnvironmentProblem("data 'photos' needs scikit-learn", "pip install scikit-learn")
    return Path(found.origin).parent / "datasets"


def frozen(values: Any, dtype: Any = np.float64) -> Any:
    """A read-only array: cached data must not be changed by a caller."""
    array = np.array(values, dtype)
    array.flags.writeable = False
    return array
