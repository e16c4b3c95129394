"""``parity transfer``: weights from one side to the other, checked on the way back."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from parity.cli.names import select
from parity.cli.own_pair import add_pair_arguments, pair_inputs, pair_sources
from parity.errors import UsageError, listed

if TYPE_CHECKING:
    from parity.sides.source import Source


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="one preset (cnn/handout), for both sides")
    add_pair_arguments(parser)
    parser.add_argument("--from", dest="origin", choices=("keras", "torch"), required=True, help="the side to read")
    parser.add_argument(
        "--weights", type=Path, metavar="FILE", help="of that side: .weights.h5, .keras, .pt, .pth or .safetensors"
    )
    parser.add_argument(
        "--part",
        default="",
        metavar="PATH",
        help="the layers that FILE fills, such as backbone; FILE holds the whole network, its classifier is left out",
    )
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.safetensors")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the initial weights, without --weights")


def run(options: argparse.Namespace) -> int:
    if options.seed < 0:
        raise UsageError(f"--seed {options.seed}: expected a whole number from 0", "leave it out for 0")
    keras, torch = _sources(options)
    from parity.mapfile import read_map
    from parity.transferring import transfer_file

    done = transfer_file(
        keras,
        torch,
        options.origin,
        options.weights,
        options.output,
        options.seed,
        options.part,
        pair_inputs(options),
        read_map(options.map),
    )
    if done.summed:
        names = ", ".join(done.summed)
        print(f"note: Keras has one bias where Torch has two; added to the first: {names}", file=sys.stderr)
        print("hint: parity explain recurrent-two-biases", file=sys.stderr)
    if done.left_out:
        print(f"note: not part of {options.part}, left out: {listed(done.left_out)}", file=sys.stderr)
    print(f"wrote {done.path}  {done.tensors} tensors for {done.side}, the same bits on the way back")
    return 0


def _sources(options: argparse.Namespace) -> tuple[Source, Source]:
    from parity.sides.source import Source

    pair_given = options.keras or options.torch
    if options.name and pair_given:
        raise UsageError("NAME and --keras/--torch exclude each other", "name a registered preset or your own pair")
    if options.name:
        chosen = select([options.name])
        if len(chosen) > 1:
            names = ", ".join(name for name, _, _ in chosen)
            raise UsageError(f"{options.name!r} has {len(chosen)} presets, expected one of {names}", chosen[0][0])
        _, twin, preset = chosen[0]
        return Source(twin.keras, preset.arguments), Source(twin.torch, preset.arguments)
    if not pair_given:
        raise UsageError("no models given", "parity transfer NAME, or --keras REF --torch REF")
    return pair_sources(options)
