"""Docstrings of the installed libraries, read from their source files without importing them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from parity.data.text import words
from parity.errors import EnvironmentProblem

FOLDERS = {
    "keras": ("src/ops", "src/callbacks", "src/losses", "src/optimizers"),
    "torch": ("nn/modules", "optim"),
    "numpy": ("lib", "ma"),
    "sklearn": ("preprocessing", "cluster", "linear_model"),
}
LIBRARIES = tuple(FOLDERS)
MOST_BYTES = 500_000
MOST_TEXTS = 200

_TELLTALES = {"keras", "tensorflow", "tf", "torch", "pytorch", "numpy", "np", "sklearn", "scikit"}
_CODE = re.compile(r"```.*?(```|\Z)|^ *>>>.*?(\n *\n|\Z)", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Docstring:
    """Words of a docstring's first paragraph and of the rest, and the index of its library."""

    summary: tuple[str, ...]
    rest: tuple[str, ...]
    library: int

    @property
    def words(self) -> tuple[str, ...]:
        return self.summary + self.rest


@lru_cache
def docstrings() -> tuple[Docstring, ...]:
    """At most 200 docstrings of each installed library, in a fixed order, without code and without library names.

    Raises:
        EnvironmentProblem: if fewer than two of the libraries are installed.
    """
    found = tuple(doc for index, library in enumerate(LIBRARIES) for doc in _of_library(library, index))
    if len({doc.library for doc in found}) < 2:
        raise EnvironmentProblem(
            f"data 'docstrings' needs the source files of two of {', '.join(LIBRARIES)}",
            "pip install numpy scikit-learn",
        )
    return found


def _of_library(library: str, index: int) -> list[Docstring]:
    seen: set[tuple[str, ...]] = set()
    found: list[Docstring] = []
    for path in _files(library):
        for text in _texts(ast.parse(path.read_bytes())):
            doc = _docstring(text, index)
            if len(doc.words) >= 8 and doc.summary and doc.words not in seen:
                seen.add(doc.words)
                found.append(doc)
    step = max(1, len(found) / MOST_TEXTS)
    return [found[int(position * step)] for position in range(min(len(found), MOST_TEXTS))]


def _files(library: str) -> list[Path]:
    spec = find_spec(library)
    if spec is None or not spec.submodule_search_locations:
        return []
    root = Path(spec.submodule_search_locations[0])
    files = []
    room = MOST_BYTES
    for path in (path for folder in FOLDERS[library] for path in sorted((root / folder).glob("*.py"))):
        size = path.stat().st_size
        if size <= room and not path.name.endswith("_test.py"):
            files.append(path)
            room -= size
    return files


def _texts(scope: ast.Module | ast.ClassDef) -> Iterator[str]:
    """Docstrings of the functions, classes and methods of a file, in order."""
    for node in scope.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            text = ast.get_docstring(node)
            if text:
                yield text
        if isinstance(node, ast.ClassDef):
            yield from _texts(node)


def _docstring(text: str, library: int) -> Docstring:
    summary, _, rest = _CODE.sub(" ", text).partition("\n\n")
    kept = [tuple(word for word in words(part) if word not in _TELLTALES) for part in (summary, rest)]
    return Docstring(kept[0], kept[1], library)
