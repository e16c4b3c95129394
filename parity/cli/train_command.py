"""``parity train``: a twin by its recipe, in one framework or in both, in a folder that can be resumed."""

from __future__ import annotations

import argparse
import ast
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parity.errors import UsageError

if TYPE_CHECKING:
    from parity.running import Finished, Listener, Prepared

SIDES = {"keras": ("keras",), "torch": ("torch",), "both": ("keras", "torch")}
LEFT_OUT = ("learning_rate", "seconds")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="a preset of parity list, such as mlp/tabular")
    parser.add_argument("--framework", choices=tuple(SIDES), help="which side trains; default: both")
    parser.add_argument("--data", metavar="NAME|FILE", help="digits, photos, docstrings, sine, ... or a file")
    parser.add_argument("--recipe", metavar="R", help="default: the recipe of the preset")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="a.b=v",
        dest="settings",
        help="epochs=3 (recipe), model.dropout=0.1 (builder), data.size=28 (data)",
    )
    parser.add_argument("-o", "--output", metavar="DIR", type=Path, help="folder of the run; default: runs/NAME")
    parser.add_argument("--resume", metavar="DIR", type=Path, help="go on with the run in that folder")
    parser.add_argument("--dtype", choices=("float32", "float64"), help="default: float32")
    parser.add_argument("--seed", type=int, metavar="N", help="of weights, data and its order; default: 0")
    parser.add_argument("--save-every", type=int, metavar="N", help="a checkpoint after every N steps too")
    parser.add_argument("--own-draws", action="store_true", help="with both: each draws its own dropout masks")
    parser.add_argument("--tensorboard", action="store_true", help="write event files too")
    parser.add_argument(
        "--average", type=float, metavar="DECAY", help="end with a moving average of the weights, such as 0.99"
    )


def run(options: argparse.Namespace) -> int:
    prepared = _resumed(options) if options.resume else _new(options)
    from parity.running import train

    with _shown() as listen:
        finished = train(prepared, listen)
    _report(prepared, finished)
    return 0


def _new(options: argparse.Namespace) -> Prepared:
    from parity.running import Config, prepare

    _check_numbers(options)
    settings = _settings(options.settings)
    frameworks = SIDES[options.framework or "both"]
    config = Config(
        name=options.name,
        frameworks=frameworks,
        data=options.data or "",
        recipe=options.recipe or "",
        options=settings["recipe"],
        model=settings["model"],
        data_options=settings["data"],
        dtype=options.dtype or "float32",
        seed=options.seed or 0,
        save_every=options.save_every or 0,
        shared=len(frameworks) == 2 and not options.own_draws,
        tensorboard=options.tensorboard,
        average=options.average or 0.0,
    )
    return prepare(config, options.output)


def _resumed(options: argparse.Namespace) -> Prepared:
    from parity.running import reopen

    if options.settings or options.output or options.own_draws or options.tensorboard:
        raise UsageError("--resume takes no new settings", "a resumed run keeps those it began with")
    given = {
        "name": options.name,
        "frameworks": SIDES.get(options.framework),
        "data": options.data,
        "recipe": options.recipe,
        "dtype": options.dtype,
        "seed": options.seed,
        "save_every": options.save_every,
        "average": options.average,
    }
    return reopen(options.resume, {name: value for name, value in given.items() if value is not None})


def _check_numbers(options: argparse.Namespace) -> None:
    for name in ("seed", "save_every"):
        value = getattr(options, name)
        if value is not None and value < 0:
            raise UsageError(f"--{name.replace('_', '-')} {value}: expected a whole number from 0", "such as 0")
    if options.average is not None and not 0 < options.average < 1:
        raise UsageError(f"--average {options.average}: expected a number between 0 and 1", "such as 0.99")


def _settings(texts: list[str]) -> dict[str, dict[str, Any]]:
    """``epochs=3``, ``recipe.epochs=3``, ``model.dropout=0.1``, ``data.size=28`` -> values by where they go."""
    from parity.suggesting import did_you_mean

    settings: dict[str, dict[str, Any]] = {"recipe": {}, "model": {}, "data": {}}
    for text in texts:
        name, sign, value = text.partition("=")
        place, _, key = name.rpartition(".")
        if not sign or not key or not value:
            raise UsageError(f"--set {text!r}: expected name=value", "such as epochs=3 or model.dropout=0.1")
        if (place or "recipe") not in settings:
            raise UsageError(
                f"--set {text!r}: nothing is called {place!r}",
                did_you_mean(place, settings, f"expected one of {', '.join(settings)}"),
            )
        settings[place or "recipe"][key] = _value(value)
    return settings


def _value(text: str) -> Any:
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


@contextmanager
def _shown() -> Iterator[Listener]:
    """Lines on stderr, one per epoch and framework, of the same form; on a terminal a bar for each too."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    console = Console(stderr=True)
    bars = Progress(TextColumn("{task.description}"), BarColumn(), console=console, transient=True)
    tasks: dict[str, Any] = {}

    def listen(framework: str, note: Any) -> None:
        if "logs" in note:
            console.print(_line(framework, note["epoch"], note["logs"]), highlight=False, soft_wrap=True)
        elif console.is_terminal:
            if framework not in tasks:
                tasks[framework] = bars.add_task(framework)
            text = f"{framework:<5}  epoch {note['epoch'] + 1:>3}  batch {note['batch']}/{note['batches']}"
            bars.update(tasks[framework], completed=note["batch"], total=note["batches"], description=text)

    if not console.is_terminal:
        yield listen
        return
    with bars:
        yield listen


def _line(framework: str, epoch: int, logs: dict[str, float]) -> str:
    numbers = "  ".join(f"{name} {logs[name]:.4f}" for name in sorted(logs, key=_order) if name not in LEFT_OUT)
    return f"{framework:<5}  epoch {epoch + 1:>3}  {numbers}  rate {logs['learning_rate']:.1e}  {logs['seconds']:.1f} s"


def _order(name: str) -> tuple[bool, bool, str]:
    return name.startswith("val_"), not name.endswith("loss"), name


def _report(run: Prepared, finished: Finished) -> None:
    curves = finished.curves
    if len(curves) == 2:
        _print_both(curves["keras"], curves["torch"])
    for framework, score in finished.score.items():
        print(f"{framework:<5}  test {finished.score_name} {score:.4f}")
    epochs = max(len(curve["loss"]) for curve in curves.values())
    print(f"{epochs} epochs of {run.config.recipe}; config, logs and checkpoints are in {run.folder}")


def _print_both(keras: dict[str, list[float]], torch: dict[str, list[float]]) -> None:
    """Both curves side by side and how far they are apart, relative to the larger number."""
    names = [name for name in sorted(keras, key=_order) if name in torch and name not in LEFT_OUT]
    print("epoch  " + "  ".join(f"{name:>14} keras  {'torch':>9}  {'apart':>7}" for name in names))
    widest = dict.fromkeys(names, 0.0)
    for epoch in range(max(len(keras["loss"]), len(torch["loss"]))):
        cells = []
        for name in names:
            ours, theirs = (curve[name][epoch] if epoch < len(curve[name]) else None for curve in (keras, torch))
            if ours is None or theirs is None:
                cells.append(f"{_cell(ours):>20}  {_cell(theirs):>9}  {'-':>7}")
                continue
            apart = 0.0 if ours == theirs else abs(ours - theirs) / max(abs(ours), abs(theirs))
            widest[name] = max(widest[name], apart)
            cells.append(f"{_cell(ours):>20}  {_cell(theirs):>9}  {apart:>7.0e}")
        print(f"{epoch + 1:>5}  " + "  ".join(cells))
    print("largest difference: " + ", ".join(f"{name} {apart:.1e}" for name, apart in widest.items()))


def _cell(number: float | None) -> str:
    return "-" if number is None else f"{number:.5f}"
