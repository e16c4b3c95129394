"""Options that name a pair of the user's own, alike in every command that takes one."""

from __future__ import annotations

import argparse
import ast
from pathlib import Path
from typing import TYPE_CHECKING

from parity.errors import UsageError
from parity.zoo import Input

if TYPE_CHECKING:
    from parity.sides.source import Source

DTYPES = ("float32", "float64", "int32", "int64", "uint8", "bool")


def add_pair_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--keras", metavar="REF", help="FILE.py:OBJ, package.module:OBJ: model, or what builds it")
    parser.add_argument("--torch", metavar="REF", help="the same for the Torch module")
    parser.add_argument(
        "--input",
        action="append",
        default=[],
        metavar="32x32x3[:float32]",
        help="shape of one sample, channels last; repeat for several inputs",
    )
    for side in ("keras", "torch"):
        parser.add_argument(
            f"--{side}-arg", action="append", default=[], metavar="k=v", help=f"an argument of the {side} function"
        )
    parser.add_argument("--map", metavar="FILE", type=Path, help="which layer is which, as check --save-map wrote it")


def pair_sources(options: argparse.Namespace) -> tuple[Source, Source]:
    """Both references with their arguments.

    Raises:
        UsageError: a side is missing, or a reference or argument is not in the form that is expected.
    """
    from parity.sides.source import Source

    if not (options.keras and options.torch):
        missing = "--keras" if not options.keras else "--torch"
        raise UsageError(f"{missing} is missing: a pair has two sides", f"{missing} FILE.py:OBJ")
    sources = (
        Source(options.keras, _arguments("--keras-arg", options.keras_arg)),
        Source(options.torch, _arguments("--torch-arg", options.torch_arg)),
    )
    for source in sources:
        source.split()
    return sources


def pair_inputs(options: argparse.Namespace) -> list[Input]:
    """Shape and type of one sample, for every ``--input``."""
    return [_parse_input(text, number) for number, text in enumerate(options.input)]


def _parse_input(text: str, number: int) -> Input:
    shape, _, dtype = text.partition(":")
    try:
        sizes = tuple(int(size) for size in shape.replace(",", "x").split("x")) if shape or not dtype else ()
        valid = all(size > 0 for size in sizes)
    except ValueError:
        valid = False
    if not valid:
        raise UsageError(
            f"--input {text!r}: expected sizes joined by x, such as 32x32x3 or 20:int32",
            "channels last, without the batch axis; :int32 is one number",
        )
    if dtype and dtype not in DTYPES:
        raise UsageError(f"--input {text!r}: dtype {dtype!r}, expected {', '.join(DTYPES[:-1])} or {DTYPES[-1]}")
    return Input(f"input{number}", sizes, dtype or "float32")


def _arguments(flag: str, given: list[str]) -> dict[str, object]:
    """``k=v`` with ``v`` as Python writes it; anything else is text."""
    found: dict[str, object] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.isidentifier():
            raise UsageError(f"{flag} {text!r}: expected name=value", f"for example {flag} classes=10")
        try:
            found[name] = ast.literal_eval(value)
        except (ValueError, SyntaxError):
            found[name] = value
    return found
