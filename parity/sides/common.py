"""What both sides need and no framework is needed for."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

from parity.errors import UsageError

Thing = TypeVar("Thing")

NOT_THE_USERS = ("<", f"{Path(__file__).parents[1]}{os.sep}")
"""How names of files begin that are no files, or belong to this package."""
CLASSIFIERS = ("fc", "classifier", "head", "heads")
LARGE = 5_000_000
"""Elements from which a model's weights are worth a way of their own into a file."""


@contextmanager
def replaced(owner: Any, name: str, value: Any) -> Iterator[None]:
    """Set ``owner.name`` for the duration of the block."""
    original = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, original)


def snake(name: str) -> str:
    """A class name as a neutral kind: ``ClassToken`` -> ``class_token``, ``MaxPooling1D`` -> ``max_pooling1d``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[0-9])(?=[A-Z][a-z])", "_", name).lower()


def spread(size: Any, rank: int) -> tuple[int, ...]:
    """One size for every axis, or the sizes as they are given."""
    return tuple(size) if isinstance(size, (tuple, list)) else (size,) * rank


def by_name(outputs: Any) -> dict[str, Any]:
    """Outputs of a model by their name, or by number; those inside of others behind them, as ``boxes.0``."""
    if isinstance(outputs, Mapping):
        return _flat(outputs)
    if isinstance(outputs, (list, tuple)):
        return _flat({f"output{index}": each for index, each in enumerate(_listed(outputs))})
    return {"output": outputs}


def _listed(outputs: Iterable[Any]) -> Iterator[Any]:
    """What lists hold, whatever lists it is in."""
    for each in outputs:
        if isinstance(each, (list, tuple)):
            yield from _listed(each)
        else:
            yield each


def _flat(outputs: Mapping[str, Any]) -> dict[str, Any]:
    """Plain outputs first, then those inside of others."""
    plain, nested = dict[str, Any](), dict[str, Any]()
    for name, each in outputs.items():
        if isinstance(each, (list, tuple)):
            each = {str(index): item for index, item in enumerate(_listed(each))}
        if isinstance(each, Mapping):
            nested |= {f"{name}.{inner}": item for inner, item in _flat(each).items()}
        else:
            plain[name] = each
    return plain | nested


def plain_number(value: Any) -> float | bool | None:
    """A setting of an optimizer as a float, unless it is a switch or not set."""
    return value if isinstance(value, (bool, type(None))) else float(value)


def spare(names: Iterable[str], own: Collection[str]) -> tuple[str, ...]:
    """Those ``names`` of a file that belong to the classifier of a published network and that ``own`` does without."""
    return tuple(name for name in names if name not in own and name.partition(".")[0].partition("/")[0] in CLASSIFIERS)


def only_one(things: Iterable[Thing | None]) -> Thing | None:
    """The only thing that is there; None if there is none, or another one."""
    found = {thing for thing in things if thing is not None}
    return found.pop() if len(found) == 1 else None


def user_line(libraries: tuple[str, ...]) -> str | None:
    """The innermost source line that belongs neither to us nor to files that begin with one of ``libraries``."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        file = frame.f_code.co_filename
        if not file.startswith((*libraries, *NOT_THE_USERS)) and "multiprocessing" not in file:
            return f"{Path(file).name}:{frame.f_lineno}"
        frame = frame.f_back
    return None


def no_part(part: str, names: Iterable[str]) -> UsageError:
    """The error of a model that has no weights below the path ``part``."""
    tops = sorted({name.partition(".")[0].partition("/")[0] for name in names})
    return UsageError(f"part {part!r}: the model has no weights there", f"it has {', '.join(tops) or 'no weights'}")
