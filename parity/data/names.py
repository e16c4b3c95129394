"""The names of sources and sets, and the functions behind them: plain data, readable without NumPy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any

from parity.errors import UsageError
from parity.suggesting import did_you_mean

SOURCES: Mapping[str, str] = {
    "digits": "parity.data.images:draw_digits",
    "photos": "parity.data.images:draw_photos",
    "breast_cancer": "parity.data.tables:draw_table",
    "wine": "parity.data.tables:draw_table",
    "iris": "parity.data.tables:draw_table",
    "diabetes": "parity.data.tables:draw_table",
    "xor": "parity.data.tables:draw_xor",
    "docstrings": "parity.data.texts:draw_docstrings",
    "docstring_pairs": "parity.data.texts:draw_pairs",
    "sine": "parity.data.series:draw_sine",
    "noise": "parity.data.noise:draw_noise",
}
"""Sources of ``batch``, for the checks."""

SETS: Mapping[str, str] = {
    "digits": "parity.data.images:load_digits",
    "photos": "parity.data.images:load_photos",
    "breast_cancer": "parity.data.tables:load_table",
    "wine": "parity.data.tables:load_table",
    "iris": "parity.data.tables:load_table",
    "diabetes": "parity.data.tables:load_table",
    "xor": "parity.data.tables:load_xor",
    "synthetic": "parity.data.tables:load_synthetic",
    "classification": "parity.data.tables:load_classification",
    "docstrings": "parity.data.texts:load_docstrings",
    "sine": "parity.data.series:load_sine",
    "series": "parity.data.series:load_series",
}
"""Sets of ``load`` that need no file."""

FORMATS: Mapping[str, str] = {
    "mnist": "parity.data.files.idx:load_mnist",
    "fashion_mnist": "parity.data.files.idx:load_mnist",
    "cifar10": "parity.data.files.cifar:load_cifar10",
}
"""Sets of ``load`` that the user has as files: ``load("mnist", path=...)`` or ``load("mnist:FOLDER")``."""

_TYPES = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}


def suggest(word: str, known: Iterable[str]) -> str:
    """One hint sentence: the nearest known word, or all of them."""
    names = list(known)
    return did_you_mean(word, names, f"expected one of: {', '.join(names)}")


def find(name: str, known: Mapping[str, str], what: str) -> Callable[..., Any]:
    """The function behind a name.

    Raises:
        UsageError: for an unknown name.
    """
    if name not in known:
        raise UsageError(f"{what} {name!r} is unknown", suggest(name, known))
    module, _, attribute = known[name].partition(":")
    function: Callable[..., Any] = getattr(import_module(module), attribute)
    return function


def check_options(
    name: str, function: Callable[..., Any], options: Mapping[str, Any], shared: Mapping[str, Any]
) -> None:
    """Raise UsageError for an option that neither the function (keyword-only) nor ``shared`` knows, or of a wrong type.

    The type is that of the option's default; a default of None takes anything.
    """
    from inspect import signature

    parameters = signature(function).parameters.values()
    options_of = [p for p in parameters if p.kind is p.KEYWORD_ONLY]
    defaults = {p.name: "" if p.default is p.empty else p.default for p in options_of} | dict(shared)
    for option, value in options.items():
        if option not in defaults:
            hint = suggest(option, defaults) if defaults else "this data takes no options"
            raise UsageError(f"data {name!r} has no option {option}={value!r}", hint)
        wanted = type(defaults[option])
        fits = isinstance(value, (int, float) if wanted is float else wanted)
        if defaults[option] is not None and (not fits or (isinstance(value, bool) and wanted is not bool)):
            raise UsageError(f"option {option}={value!r}: expected {_TYPES[wanted]}", f"such as {defaults[option]!r}")


def positive(name: str, value: int) -> int:
    """The value, or UsageError unless it is at least 1."""
    if value < 1:
        raise UsageError(f"{name}={value}: expected a positive whole number", "leave it out for the usual one")
    return value
