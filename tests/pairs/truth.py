"""What is known beforehand about a pair of the corpus: plain data, read without running the file.

A pair is a file ``<group>/<name>.py`` with a docstring that says what a user would say, ``keras_model()`` and
``torch_model()`` without arguments, and literals:

- ``INPUTS``: shape of one sample for every input, in Keras order, channels last, as for ``parity check --input``;
- ``TRUTH``: ``{"identical": True}``, or ``{"identical": False, "causes": [...]}`` with one entry per independent cause,
  in execution order: ``rules`` (ids that are right), ``keras`` and ``torch`` (layers that are right places, ``*`` for
  anything, ``""`` for the root module), ``visible`` (false where only attributes, counts or gradients tell);
  with several causes in one place, ``first`` says where the outputs may part first;
- ``OWN_WEIGHTS``: the models arrive with weights loaded by hand, which are to be judged as they are;
- ``TRAINS``: the two functions return (model, optimizer, loss) or those with a schedule, to be compared as well; then
  places are ``loss``, ``learning rate`` and ``optimizer``, and ``training_data()``, if there is one, gives (inputs,
  targets);
- ``NO_FILE``: why an exporter cannot write the model as it should be;
- ``LIBRARIES``: third-party model libraries that build at least one side.

Identical means: every switch that both libraries have is set alike, and after the transfer both compute one function.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from parity.zoo import Input

HERE = Path(__file__).parent
_PUBLIC = re.compile(r"\b(issues?|pull request|topic|question) \d+")


@dataclass(frozen=True)
class Place:
    """Layers that count as the right ones on either side, with their parts; ``*`` stands for anything."""

    keras: tuple[str, ...]
    torch: tuple[str, ...]

    def holds(self, keras: str, torch: str) -> bool:
        return _among(keras, self.keras) and _among(torch, self.torch)


@dataclass(frozen=True)
class Cause:
    """One independent reason why a pair differs, and everything that counts as naming and placing it."""

    rules: tuple[str, ...]
    place: Place
    visible: bool


@dataclass(frozen=True)
class KnownPair:
    """A file of the corpus with its truth.

    Args:
        data: it brings what to train on.
        files: both exporters can write it.
        public: the docstring names the question or issue.
        first: where the outputs part; None where they cannot tell.
    """

    path: Path
    inputs: tuple[Input, ...]
    identical: bool
    causes: tuple[Cause, ...]
    own_weights: bool
    libraries: tuple[str, ...]
    data: bool
    files: bool
    public: bool
    first: Place | None

    @property
    def name(self) -> str:
        return self.path.relative_to(HERE).with_suffix("").as_posix()


def known_pairs() -> Iterator[KnownPair]:
    """Every pair of the corpus, by name."""
    for path in sorted(HERE.glob("*/*.py")):
        yield read(path)


def read(path: Path) -> KnownPair:
    """The literals of one file.

    Raises:
        KeyError: ``INPUTS`` or ``TRUTH`` is missing, or a cause lacks one of its fields.
        ValueError: one of them is no literal, or a pair that differs names no cause.
    """
    module = ast.parse(path.read_text(encoding="utf-8"))
    found = dict(_literals(module))
    truth = found["TRUTH"]
    causes = tuple(
        Cause(tuple(each["rules"]), _place(each), each.get("visible", True)) for each in truth.get("causes", ())
    )
    first = _place(truth["first"]) if "first" in truth else next((each.place for each in causes if each.visible), None)
    if truth["identical"] == bool(causes):
        raise ValueError(f"{path}: identical is {truth['identical']} with {len(causes)} causes")
    return KnownPair(
        path,
        tuple(_input(text, number) for number, text in enumerate(found["INPUTS"])),
        truth["identical"],
        causes,
        found.get("OWN_WEIGHTS", False),
        tuple(found.get("LIBRARIES", ())),
        any(isinstance(each, ast.FunctionDef) and each.name == "training_data" for each in module.body),
        "NO_FILE" not in found,
        bool(_PUBLIC.search(ast.get_docstring(module) or "")),
        first,
    )


def _among(layer: str, allowed: tuple[str, ...]) -> bool:
    return any(fnmatchcase(layer, each) or (each and fnmatchcase(layer, f"{each}.*")) for each in allowed)


def _place(found: Mapping[str, Any]) -> Place:
    return Place(tuple(found["keras"]), tuple(found["torch"]))


def _input(text: str, number: int) -> Input:
    shape, _, dtype = text.partition(":")
    return Input(f"input{number}", tuple(int(size) for size in shape.split("x") if size), dtype or "float32")


def _literals(module: ast.Module) -> Iterator[tuple[str, Any]]:
    for statement in module.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            yield statement.targets[0].id, ast.literal_eval(statement.value)
