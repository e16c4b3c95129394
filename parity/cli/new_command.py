"""``parity new``: two stubs that are twins already, and their entry in the registry."""

from __future__ import annotations

import argparse
from pathlib import Path

from parity.errors import UsageError
from parity.scaffold import FAMILIES, scaffold


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="snake_case, such as my_network")
    parser.add_argument("--family", choices=FAMILIES, default="dense", help="which file of parity/zoo takes the entry")
    parser.add_argument("--root", type=Path, metavar="DIR", help="the checkout to write to; default: the one in use")


def run(options: argparse.Namespace) -> int:
    for path in scaffold(options.name, options.family, options.root or _checkout()):
        print(f"wrote {path}")
    print(f"next: parity check {options.name}, then change both files alike")
    return 0


def _checkout() -> Path:
    root = Path(__file__).resolve().parents[2]
    if not (root / "pyproject.toml").is_file():
        raise UsageError(f"parity is installed in {root}, which is no checkout", "--root DIR: a checkout")
    return root
