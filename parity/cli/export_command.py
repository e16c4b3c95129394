"""``parity export``: write a twin for another runtime and verify every file before saying so."""

from __future__ import annotations

import argparse
from pathlib import Path

from parity.cli.names import select
from parity.errors import UsageError

FORMATS = ("savedmodel", "torchscript", "onnx", "all")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="one preset (cnn/handout), or a twin with a single preset")
    parser.add_argument("--format", choices=FORMATS, default="all")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="a new folder")
    parser.add_argument("--seed", type=int, default=0, metavar="N")


def run(options: argparse.Namespace) -> int:
    chosen = select([options.name])
    if len(chosen) > 1:
        names = ", ".join(name for name, _, _ in chosen)
        raise UsageError(
            f"{options.name!r} has {len(chosen)} presets, expected one of {names}", f"parity export {chosen[0][0]}"
        )
    from parity.exporting import FORMATS as KNOWN
    from parity.exporting import export

    formats = tuple(KNOWN) if options.format == "all" else (options.format,)
    for artifact in export(*chosen[0], formats, options.output, options.seed):
        place, judged = options.output / artifact.path, f"{artifact.figure:.1e} <= {artifact.bound:.1e}"
        print(f"exported {artifact.format:<12} {place}  {judged}  reloaded by {artifact.runtime}")
    print(f"manifest {options.output / 'manifest.json'}  (parity verify {options.output})")
    return 0
