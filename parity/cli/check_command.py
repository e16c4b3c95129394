"""``parity check``: registered twins or a pair of the user's own, up the ladder."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from parity.cli.names import select
from parity.cli.own_pair import add_pair_arguments, pair_inputs, pair_sources
from parity.errors import EnvironmentProblem, UsageError
from parity.ladder import RUNGS
from parity.memory import keep_what_is_freed
from parity.verdicts import Report, RungResult

if TYPE_CHECKING:
    from parity.process import Duo

PLAIN_WIDTH = 140


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME", help="a twin (cnn) or one preset (cnn/handout)")
    parser.add_argument("--all", action="store_true", help="every registered preset")
    add_pair_arguments(parser)
    parser.add_argument(
        "--data", metavar="FILE.py:OBJ", help="(inputs, targets) to train on, where both bring an optimizer and a loss"
    )
    parser.add_argument("--own-weights", action="store_true", help="judge the weights that your models come with")
    parser.add_argument("--save-map", metavar="FILE", type=Path, help="write which layer was taken for which")
    parser.add_argument("--rungs", metavar="a,b", help=f"only these of {', '.join(RUNGS)}")
    parser.add_argument("--upto", metavar="RUNG", help="every rung up to this one")
    parser.add_argument("--device", choices=("cpu", "cuda", "all"), default="cpu")
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the report as JSON")
    parser.add_argument("--html", metavar="FILE", type=Path, help="write the report as one HTML page")
    parser.add_argument("--fail-fast", action="store_true", help="stop at the first rung that does not pass")


def run(options: argparse.Namespace) -> int:
    rungs = _rungs(options.rungs, options.upto)
    if options.seed < 0:
        raise UsageError(f"--seed {options.seed}: expected a whole number from 0", "leave it out for 0")
    for path in (options.json, options.html, options.save_map):
        _refuse_unwritable(path)
    if options.device != "cpu":
        _refuse_without_device(options.device)
    keep_what_is_freed()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy's threads wait by turning over, beside the sides
    report = _check(options, rungs)
    _write(report, options)
    return 0 if report else 1


def _check(options: argparse.Namespace, rungs: tuple[str, ...]) -> Report:
    pair_given = options.keras or options.torch
    if pair_given and (options.names or options.all):
        raise UsageError("NAME and --keras/--torch exclude each other", "check a registered twin or your own pair")
    if not pair_given:
        twins = select(options.names, options.all)
        with _started(options.device, rungs) as duo:
            from parity.checking import check_twins

            return check_twins(duo, twins, rungs, options.seed, options.fail_fast, _progress)
    return _check_own(options, rungs if options.rungs or options.upto else ())


def _check_own(options: argparse.Namespace, rungs: tuple[str, ...]) -> Report:
    from parity.mapfile import read_map
    from parity.sides.source import Source

    sources, inputs = pair_sources(options), pair_inputs(options)
    data = Source(options.data) if options.data else None
    if data:
        data.split()
    given = read_map(options.map)
    with _started(options.device, rungs) as duo:
        from parity.checking import climb_references, report_on

        found = climb_references(
            duo,
            *sources,
            inputs,
            rungs,
            options.seed,
            options.fail_fast,
            _progress,
            own_weights=options.own_weights,
            given=given,
            data=data,
        )
        return report_on(duo, options.seed, (found,))


@contextmanager
def _started(device: str, rungs: tuple[str, ...]) -> Iterator[Duo]:
    """Both sides; what we need for these rungs is imported while they import their frameworks."""
    from parity.process import two_processes

    training, exporting = not {"step", "trajectory"}.isdisjoint(rungs), "onnx" in rungs
    with two_processes(device, training, exporting) as duo:
        from parity import checking, onnx_runtime  # noqa: F401 - what takes a while to import
        from parity.report import text  # noqa: F401

        if exporting:
            onnx_runtime.import_libraries()
        yield duo


def _rungs(listed: str | None, upto: str | None) -> tuple[str, ...]:
    if listed and upto:
        raise UsageError("--rungs and --upto exclude each other", "use one of them")
    wanted = [word.strip() for word in (listed or upto or "").split(",") if word.strip()]
    for word in wanted:
        if word not in RUNGS:
            from parity.cli.names import suggestion

            raise UsageError(f"rung {word!r}: expected one of {', '.join(RUNGS)}", suggestion(word, RUNGS))
    if upto:
        return RUNGS[: RUNGS.index(wanted[0]) + 1]
    return tuple(rung for rung in RUNGS if rung in wanted) if wanted else RUNGS


def _refuse_unwritable(path: Path | None) -> None:
    if path is not None and not path.resolve().parent.is_dir():
        raise EnvironmentProblem(
            f"{path}: cannot be written: no folder {path.resolve().parent}", "make the folder first"
        )


def _refuse_without_device(device: str) -> None:
    raise EnvironmentProblem(f"--device {device}: the rung devices is not built yet", "leave --device out for the CPU")


def _progress(pair: str, result: RungResult) -> None:
    figure = "" if result.figure is None else f"  {result.figure:.0e}"
    print(f"{pair}  {result.rung}  {result.verdict}{figure}  {result.seconds:.1f} s", file=sys.stderr, flush=True)


def _write(report: Report, options: argparse.Namespace) -> None:
    from rich.console import Console

    from parity.report.text import print_report

    print_report(report, Console(width=None if sys.stdout.isatty() else PLAIN_WIDTH))
    if options.json:
        from parity.report.jsonfile import write_json

        write_json(report, options.json)
    if options.html:
        from parity.report.html import write_html

        write_html(report, options.html)
    if options.save_map:
        from parity.mapfile import write_map

        write_map(report, options.save_map)
    for path in (options.json, options.html, options.save_map):
        if path:
            print(f"wrote {path}", file=sys.stderr)
