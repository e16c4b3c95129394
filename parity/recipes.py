"""The recipes as the command line sees them: names, options and defaults, read without importing a framework."""

from __future__ import annotations

import ast
from enum import Enum
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from parity.errors import UsageError
from parity.suggesting import did_you_mean


class Kind(Enum):
    """What a recipe learns from."""

    LABELS = "labels of classes"
    NUMBERS = "numbers to predict"
    BY_LOSS = "labels or numbers"
    RECONSTRUCTION = "inputs alone"
    WINDOWS = "windows of a series and what follows"
    NO_DATA = "nothing: it brings its own rows"


KINDS = {
    "autoencoder": Kind.RECONSTRUCTION,
    "forecast": Kind.WINDOWS,
    "full_batch": Kind.BY_LOSS,
    "regression": Kind.NUMBERS,
    "xor": Kind.NO_DATA,
}
"""Recipes that are not here learn labels."""

ROLES = {"model", "training", "validation", "data", "order", "on_step", "on_epoch", "callbacks", "augment", "folder"}
"""Arguments of a recipe that are no options of a run; ``seed`` is one of the run."""

_TYPES = {bool: "true or false", int: "a whole number", float: "a number", str: "a text", tuple: "a list"}


def kind_of(recipe: str) -> Kind:
    """What the recipe learns from.

    Raises:
        UsageError: there is no such recipe.
    """
    names = all_recipes()
    if not recipe:
        raise UsageError("this preset has no recipe of its own", f"--recipe NAME, one of {', '.join(names)}")
    if recipe not in names:
        raise UsageError(f"recipe {recipe!r} is unknown", did_you_mean(recipe, names, f"one of {', '.join(names)}"))
    return KINDS.get(recipe, Kind.LABELS)


@lru_cache
def all_recipes() -> tuple[str, ...]:
    """Names of the recipes that both sides have and that can be resumed."""
    return tuple(sorted(path.stem for path in _folder().glob("*.py") if "callbacks" in _arguments(path)))


@lru_cache
def options_of(recipe: str) -> dict[str, Any]:
    """The options of a recipe and their defaults."""
    arguments = _arguments(_folder() / f"{recipe}.py")
    return {name: default for name, default in arguments.items() if name not in ROLES | {"seed"}}


def check_option(recipe: str, known: dict[str, Any], name: str, value: Any) -> None:
    """Raise UsageError for an option that the recipe does not have, or a value that is not like its default."""
    if name not in known:
        expected = f"recipe {recipe!r} has {', '.join(known)}"
        raise UsageError(f"{name}={value!r}: recipe {recipe!r} has no such option", did_you_mean(name, known, expected))
    wanted = type(known[name])
    taken = {float: (int, float), tuple: (tuple, list)}.get(wanted, wanted)
    fits = isinstance(value, taken) and isinstance(value, bool) <= (wanted is bool)
    if known[name] is not None and not fits:
        raise UsageError(f"{name}={value!r}: expected {_TYPES[wanted]}", f"such as {known[name]!r}")
    if name in ("epochs", "batch") and value < 1:
        raise UsageError(f"{name}={value!r}: expected a positive whole number", f"such as {known[name]!r}")


def _folder() -> Path:
    spec = find_spec("torch_impl")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "recipes"


@lru_cache
def _arguments(path: Path) -> dict[str, Any]:
    """Arguments of ``train`` in a file with their defaults, read and not run."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef) and node.name == "train":
            names = [argument.arg for argument in node.args.args]
            given = [_literal(default) for default in node.args.defaults]
            return dict(zip(names, [None] * (len(names) - len(given)) + given, strict=True))
    return {}


def _literal(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None
