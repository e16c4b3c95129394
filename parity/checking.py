"""``parity check`` as a function: registered twins, references, or live models in; a report out."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parity import data
from parity.arrays import times
from parity.climbing import Progress, climb
from parity.errors import SideFailed, UsageError
from parity.goals import Goals, goals_of
from parity.keeping import keep_arrays
from parity.ladder import RUNGS
from parity.own_pair import OwnPair, drawn, sample_of
from parity.pair import Case, Pair
from parity.process import Duo, local_sides
from parity.recording import Arrays, Description, InputFacts, Layer
from parity.sides.source import Source
from parity.tolerance import refuse_unusable, tolerate
from parity.training import preset_plan
from parity.verdicts import PairReport, Report
from parity.zoo import BATCHES, Input, Preset, Twin

FREE_SIZES = (16, 12, 21)
OWN_RUNGS = ("structure", "parameters", "transfer", "activations", "outputs", "gradients")
TRAINED_RUNGS = (*OWN_RUNGS, "step", "trajectory")


def check_twins(
    duo: Duo,
    twins: Iterable[tuple[str, Twin, Preset]],
    rungs: Sequence[str] = RUNGS,
    seed: int = 0,
    fail_fast: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Check registered twins, one pair of processes for all of them."""
    reports = []
    for name, twin, preset in twins:
        reports.append(climb(twin_pair(duo, name, twin, preset, seed), rungs, fail_fast, progress))
        if fail_fast and not reports[-1].verdict.green:
            break
    return report_on(duo, seed, reports)


def report_on(duo: Duo, seed: int, pairs: Iterable[PairReport]) -> Report:
    """What was found out by this command."""
    return Report(_command(), all_versions(duo), seed, tuple(pairs))


def climb_references(
    duo: Duo,
    keras: Source,
    torch: Source,
    inputs: Sequence[Input] = (),
    rungs: Sequence[str] | None = None,
    seed: int = 0,
    fail_fast: bool = False,
    progress: Progress | None = None,
    own_weights: bool = False,
    given: Mapping[str, str] | None = None,
    data: Source | None = None,
) -> PairReport:
    """Check a pair given as ``FILE.py:OBJ`` or ``package.module:OBJ``.

    Args:
        inputs: shapes of one sample, in the order of the model's inputs; needed where the Keras model declares none.
        own_weights: judge the weights that the models come with.
        rungs: which to climb; without, up to ``gradients``, and up to ``trajectory`` where both bring an optimizer.
        given: pairs of paths, Keras -> Torch, that the matcher takes as they are.
        data: a function that gives (inputs, targets) to train on, as arrays.
    """
    pair = pair_of_references(duo, keras, torch, inputs, seed, own_weights, given)
    pair.cases = _at_another_size(pair)
    if data is not None and pair.trains:
        pair.data = _checked_data(pair, duo.ask(duo.keras, "training_data", source=data))
    return climb(pair, rungs or _usual_rungs(pair), fail_fast, progress)


def pair_of_references(
    duo: Duo,
    keras: Source,
    torch: Source,
    inputs: Sequence[Input] = (),
    seed: int = 0,
    own_weights: bool = False,
    given: Mapping[str, str] | None = None,
) -> OwnPair:
    """A pair of the user's own, with inputs drawn for it; the arguments are those of ``climb_references``."""
    name = f"{keras.reference} = {torch.reference}"
    sample = sample_of(inputs)
    pair = OwnPair(
        name, duo, keras, torch, (), "", seed, own_weights=own_weights, sample=sample, given=given, drawn=True
    )
    pair.cases = synthetic_cases(pair.descriptions[0], inputs, seed, pair.descriptions[1])
    pair.cases = synthetic_cases(pair.descriptions[0], inputs, seed, pair.descriptions[1], pair.token_limits)
    return pair


def pair_of_live_models(
    duo: Duo,
    keras_model: Any,
    torch_model: Any,
    inputs: Mapping[str, NDArray] | NDArray | None = None,
    targets: Any = None,
    loss: str = "",
    seed: int = 0,
    own_weights: bool = False,
    name: str | None = None,
    given: Mapping[str, str] | None = None,
) -> OwnPair:
    """The same of copies of live models; the arguments are those of ``check``."""
    keras_name, torch_name = _name_of(keras_model), _name_of(torch_model)
    pair = OwnPair(
        name or f"{keras_name} = {torch_name}",
        duo,
        Source(keras_name, live=keras_model),
        Source(torch_name, live=torch_model),
        (),
        loss,
        seed,
        own_weights=own_weights,
        sample=_sample(inputs),
        given=given,
        drawn=inputs is None,
    )
    pair.cases = _given_cases(pair.descriptions, inputs, targets, seed)
    return pair


def _usual_rungs(pair: OwnPair) -> tuple[str, ...]:
    return TRAINED_RUNGS if pair.trains else OWN_RUNGS


def _checked_data(pair: OwnPair, found: tuple[Any, Any]) -> tuple[Arrays, Goals]:
    """Inputs by name, as many rows of each as of targets.

    Raises:
        UsageError: an input or a target is missing, does not fit or has another number of rows.
    """
    inputs, targets = found
    _ = pair.traces
    targets = goals_of(targets, pair.duo.ask(pair.duo.keras, "output_names"))
    named = _named(pair.descriptions[0], inputs)
    for fact in pair.descriptions[0].inputs:
        _check_given(fact, named)
        if len(named[fact.name]) != len(targets):
            raise UsageError(
                f"input {fact.name!r}: {len(named[fact.name])} rows, and {len(targets)} targets", "one target per row"
            )
    return named, targets


def check(
    keras_model: Any,
    torch_model: Any,
    inputs: Mapping[str, NDArray] | NDArray | None = None,
    targets: Any = None,
    loss: str = "",
    rungs: Sequence[str] | None = None,
    seed: int = 0,
    own_weights: bool = False,
    name: str | None = None,
    given: Mapping[str, str] | None = None,
    bound: float | None = None,
    keep: Path | None = None,
) -> Report:
    """Are the two live models the same network? The models are copied, never changed.

    Args:
        keras_model: a ``keras.Model``, a tuple (model, optimizer, loss), or a function without arguments that builds
            either.
        torch_model: a ``torch.nn.Module``, such a tuple, or such a function; with a scheduler of steps as fourth.
        inputs: rows in canonical (channels last) order, or several inputs by name; drawn at random if absent.
        targets: what ``loss`` compares the first output with, and the user's own losses all; of several outputs one
            array for each, in order or by name.
        loss: a name of ``parity.sides.*_losses``; without one the gradient probes are random projections.
        rungs: which to climb; without, up to ``gradients``, and up to ``trajectory`` where both bring an optimizer.
        seed: of every random choice.
        own_weights: judge the weights that the models have, instead of giving both one calibrated set.
        name: of the pair in the report.
        given: pairs of paths, Keras -> Torch, that the matcher takes as they are.
        bound: what figures may be at most, instead of the bounds of the proof; what must be exact still must.
        keep: a folder for inputs and outputs of both sides, written unless every rung passes.

    Raises:
        UsageError: an object is no model, the inputs do not fit, or a given path is unknown.
    """
    refuse_unusable(bound)
    duo = local_sides()
    pair = pair_of_live_models(
        duo, keras_model, torch_model, inputs, targets, loss, seed, own_weights, name=name, given=given
    )
    if pair.trains and inputs is not None and targets is not None:
        pair.data = _checked_data(pair, (inputs, targets))
    report = Report(_command(), all_versions(duo), seed, (climb(pair, rungs or _usual_rungs(pair)),))
    if bound is not None:
        report = tolerate(report, bound)
    if keep is not None and not report:
        keep_arrays(pair, keep)
    return report


def assert_parity(keras_model: Any, torch_model: Any, **options: Any) -> Report:
    """``check``, and an ``AssertionError`` with the whole report unless every rung passes."""
    report = check(keras_model, torch_model, **options)
    if not report:
        raise AssertionError(f"no parity\n{report}")
    return report


def twin_pair(duo: Duo, name: str, twin: Twin, preset: Preset, seed: int = 0) -> Pair:
    """A registered preset as a pair, with its real data."""
    classes = int(preset.arguments.get("classes", 1))
    cases = []
    for batch, sizes in zip(preset.batches, preset.sizes, strict=True):
        inputs, targets = data.batch(
            preset.data, preset.inputs, sizes, batch, seed, preset.loss, classes, **preset.options
        )
        cases.append(Case(inputs, targets))
    return Pair(
        name,
        duo,
        Source(twin.keras, preset.arguments),
        Source(twin.torch, preset.arguments),
        tuple(cases),
        preset.loss,
        seed,
        preset.parameters,
        preset.published,
        plan=preset_plan(preset, seed),
    )


def synthetic_cases(
    description: Description,
    inputs: Sequence[Input],
    seed: int,
    torch: Description | None = None,
    limits: Mapping[str, int] | None = None,
) -> tuple[Case, ...]:
    """Seeded random batches for the inputs that a Keras model declares, free axes at three sizes.

    Token sequences end in padding where a layer of either side knows a padding token, and in the last batch anyway:
    code may mask a token by hand.

    Args:
        limits: the number of tokens that each input may hold; otherwise as many as the smallest table has.
    """
    declared = _declared(description, inputs)
    layers = (*description.layers, *(torch.layers if torch else ()))
    padded = any(layer.attributes.get("padding_token") is not None for layer in layers)
    paddings = {name: _padding_of(layers, rows) for name, rows in (limits or {}).items()}
    tables = [
        [layer.attributes["entries"] for layer in side.layers if layer.kind == "embedding"]
        for side in (description, torch or description)
    ]
    tokens = min(tables[0] or tables[1], default=2)  # of code of one's own only the other side may tell
    cases = []
    for number, (batch, size) in enumerate(zip(BATCHES, FREE_SIZES, strict=True)):
        ends = padded or number == len(BATCHES) - 1
        shapes = {spec.name: (batch, *(size if n is None else n for n in spec.shape or ())) for spec in declared}
        arrays = {
            spec.name: drawn(
                spec,
                shapes[spec.name],
                (limits or {}).get(spec.name, tokens),
                seed,
                number,
                ends,
                paddings.get(spec.name, 0),
            )
            for spec in declared
        }
        cases.append(Case(arrays, np.zeros(batch)))
    return tuple(cases)


def _padding_of(layers: Iterable[Layer], rows: int) -> int:
    """The padding token that a table of so many rows knows, on either side; the lowest of several, and else 0."""
    tables = [layer.attributes for layer in layers if layer.attributes.get("entries") == rows]
    return min((each["padding_token"] for each in tables if each.get("padding_token") is not None), default=0)


def _at_another_size(pair: OwnPair) -> tuple[Case, ...]:
    """One case more, with every free axis one longer, where both models take that size.

    Some differences depend on it: uneven padding shows at even sizes only.
    """
    case = pair.cases[1]
    declared = pair.descriptions[0].inputs
    longer = {fact.name: _longer(case.inputs[fact.name], fact.shape) for fact in declared if fact.name in case.inputs}
    if all(longer[name].shape == case.inputs[name].shape for name in longer):
        return pair.cases
    try:
        pair.duo.both("forward", dtype="float32", inputs=longer, dropout=False)
    except SideFailed:
        return pair.cases
    return (*pair.cases, Case(longer, case.targets))


def _longer(array: NDArray, declared: tuple[int | None, ...] | None) -> NDArray:
    """Every free axis of a floating input one longer, by its first entries again."""
    free = [axis + 1 for axis, size in enumerate(declared or ()) if size is None]
    for axis in free if np.issubdtype(array.dtype, np.floating) else ():
        array = np.concatenate([array, np.take(array, [0], axis)], axis)
    return array


def all_versions(duo: Duo) -> dict[str, str]:
    """Versions of Python, both sides, and what the core uses."""
    from importlib.metadata import version

    keras, torch = duo.both("versions")
    core = {name: version(name) for name in ("numpy", "onnx", "onnxruntime", "tf2onnx")}
    return {"python": sys.version.split()[0], **keras, **torch, **core}


def _declared(description: Description, inputs: Sequence[Input]) -> tuple[InputFacts, ...]:
    if not inputs:
        return description.inputs
    if len(inputs) != len(description.inputs):
        raise UsageError(
            f"--input given {len(inputs)} times, expected {len(description.inputs)}, one per model input",
            f"the inputs are {', '.join(fact.name for fact in description.inputs)}",
        )
    for fact, given in zip(description.inputs, inputs, strict=True):
        _check_shape(fact, given.shape)
    return tuple(
        InputFacts(fact.name, given.shape, given.dtype) for fact, given in zip(description.inputs, inputs, strict=True)
    )


def _check_shape(fact: InputFacts, shape: tuple[int | None, ...]) -> None:
    declared = fact.shape or ()
    fits = len(shape) == len(declared) and all(d in (None, n) for d, n in zip(declared, shape, strict=True))
    if not fits:
        raise UsageError(
            f"input {fact.name!r}: shape {times(shape)}, expected {times(declared)} (without the batch axis)",
            "canonical order: channels last",
        )


def _given_cases(
    descriptions: tuple[Description, Description], inputs: Any, targets: Any, seed: int
) -> tuple[Case, ...]:
    description, torch = descriptions
    if inputs is None:
        return synthetic_cases(description, (), seed, torch)
    arrays = _named(description, inputs)
    for fact in description.inputs:
        _check_given(fact, arrays)
    rows = len(next(iter(arrays.values())))
    goal = np.zeros(rows) if targets is None else _first_of(targets, rows)
    sizes = sorted({rows, 1, max(1, rows // 2)}, reverse=True)
    return tuple(Case({name: array[:size] for name, array in arrays.items()}, goal[:size]) for size in sizes)


def _first_of(targets: Any, rows: int) -> NDArray:
    """That of the first output, where there is one for each."""
    several = tuple(targets.values()) if isinstance(targets, Mapping) else targets
    return np.asarray(several if len(several) == rows else several[0])


def _sample(inputs: Any) -> Arrays | None:
    """Two rows of what the user gave, for a Keras model that declares no inputs."""
    if inputs is None:
        return None
    named = dict(inputs) if isinstance(inputs, Mapping) else {"inputs": inputs}
    return {name: np.asarray(array)[:2] for name, array in named.items()}


def _named(description: Description, inputs: Any) -> Arrays:
    """Arrays by the names of the model's inputs: given so, in order, or alone.

    Raises:
        UsageError: more or fewer arrays than the model has inputs.
    """
    names = [fact.name for fact in description.inputs]
    several = isinstance(inputs, (list, tuple)) and (
        len(names) > 1 or [hasattr(each, "shape") for each in inputs] == [True]
    )
    if several and len(inputs) != len(names):
        raise UsageError(f"{len(inputs)} inputs, expected {len(names)}", f"in order: {', '.join(names)}")
    ordered = inputs if several else [inputs]
    named = inputs if isinstance(inputs, Mapping) else dict(zip(names, ordered, strict=False))
    return {name: np.asarray(array) for name, array in named.items()}


def _check_given(fact: InputFacts, arrays: Arrays) -> None:
    array = arrays.get(fact.name)
    if array is None:
        raise UsageError(f"input {fact.name!r} is missing, got {', '.join(arrays)}", "give every input by name")
    _check_shape(fact, array.shape[1:])
    whole = bool(fact.dtype) and not str(fact.dtype).startswith(("float", "bfloat"))
    if whole != np.issubdtype(array.dtype, np.integer):
        raise UsageError(
            f"input {fact.name!r}: dtype {array.dtype}, expected {fact.dtype}", f"array.astype({fact.dtype!r})"
        )
    if not whole and not np.isfinite(array).all():
        index = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise UsageError(
            f"input {fact.name!r}: {array[index]} at {index}, expected finite numbers", "clean the data first"
        )


def _name_of(model: Any) -> str:
    model = model[0] if isinstance(model, (tuple, list)) and model else model
    return getattr(model, "name", None) or getattr(model, "__name__", None) or type(model).__name__


def _command() -> str:
    return shlex.join(["parity", *sys.argv[1:]]) if sys.argv and "parity" in sys.argv[0] else "parity.check"
