"""``parity check`` as a function: registered twins, references, or live models in; a report out."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parity import data, draws
from parity.climbing import Progress, climb
from parity.errors import UsageError
from parity.ladder import RUNGS
from parity.pair import Case, Pair
from parity.process import Duo, LocalSide, two_processes
from parity.recording import Arrays, Description, InputFacts
from parity.sides.source import Source
from parity.verdicts import Report
from parity.zoo import BATCHES, Input, Preset, Twin

FREE_SIZES = (16, 12, 21)


def check_twins(
    twins: Iterable[tuple[str, Twin, Preset]],
    rungs: Sequence[str] = RUNGS,
    seed: int = 0,
    device: str = "cpu",
    fail_fast: bool = False,
    progress: Progress | None = None,
    command: str | None = None,
) -> Report:
    """Check registered twins, one pair of processes for all of them."""
    reports = []
    with two_processes(device) as duo:
        for name, twin, preset in twins:
            reports.append(climb(twin_pair(duo, name, twin, preset, seed), rungs, fail_fast, progress))
            if fail_fast and not reports[-1].verdict.green:
                break
        versions = all_versions(duo)
    return Report(command or _command(), versions, seed, tuple(reports))


def check_references(
    keras: Source,
    torch: Source,
    inputs: Sequence[Input] = (),
    rungs: Sequence[str] = RUNGS,
    seed: int = 0,
    device: str = "cpu",
    fail_fast: bool = False,
    progress: Progress | None = None,
    command: str | None = None,
) -> Report:
    """Check a pair given as ``FILE.py:OBJ`` or ``package.module:OBJ``, each side in a process of its own."""
    with two_processes(device) as duo:
        pair = _user_pair(duo, f"{keras.reference} = {torch.reference}", keras, torch, seed)
        pair.cases = synthetic_cases(pair.descriptions[0], inputs, seed)
        report = climb(pair, rungs, fail_fast, progress)
        return Report(command or _command(), all_versions(duo), seed, (report,))


def check(
    keras_model: Any,
    torch_model: Any,
    inputs: Mapping[str, NDArray] | NDArray | None = None,
    targets: NDArray | None = None,
    loss: str = "",
    rungs: Sequence[str] = RUNGS,
    seed: int = 0,
    own_weights: bool = False,
    name: str | None = None,
) -> Report:
    """Are the two live models the same network? The models are copied, never changed.

    Args:
        keras_model: a ``keras.Model``, or a function without arguments that builds one.
        torch_model: a ``torch.nn.Module``, or such a function.
        inputs: one batch in canonical (channels last) order, or several by name; drawn at random if absent.
        targets: what ``loss`` compares the first output with.
        loss: a name of ``parity.sides.*_losses``; without one the gradient probes are random projections.
        rungs: which rungs to climb.
        seed: of every random choice.
        own_weights: judge the weights that the models have, instead of giving both one calibrated set.
        name: of the pair in the report.

    Raises:
        UsageError: an object is no model, or the inputs do not fit.
    """
    torch_side = LocalSide("torch")  # torch first: TensorFlow followed by triton aborts the process
    duo = Duo(LocalSide("keras"), torch_side)
    keras_name, torch_name = _name_of(keras_model), _name_of(torch_model)
    pair = _user_pair(
        duo,
        name or f"{keras_name} = {torch_name}",
        Source(keras_name, live=keras_model),
        Source(torch_name, live=torch_model),
        seed,
    )
    pair.own_weights, pair.loss = own_weights, loss
    pair.cases = _given_cases(pair.descriptions[0], inputs, targets, seed)
    report = climb(pair, rungs)
    return Report(_command(), all_versions(duo), seed, (report,))


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
    )


def synthetic_cases(description: Description, inputs: Sequence[Input], seed: int) -> tuple[Case, ...]:
    """Seeded random batches for the inputs that a Keras model declares, free axes at three sizes."""
    declared = _declared(description, inputs)
    tokens = min((layer.attributes["entries"] for layer in description.layers if layer.kind == "embedding"), default=2)
    cases = []
    for number, (batch, size) in enumerate(zip(BATCHES, FREE_SIZES, strict=True)):
        arrays = {
            spec.name: _draw(spec, (batch, *(size if n is None else n for n in spec.shape or ())), tokens, seed, number)
            for spec in declared
        }
        cases.append(Case(arrays, np.zeros(batch)))
    return tuple(cases)


def all_versions(duo: Duo) -> dict[str, str]:
    """Versions of Python, both sides, and what the core uses."""
    from importlib.metadata import version

    keras, torch = duo.both("versions")
    core = {name: version(name) for name in ("numpy", "onnx", "onnxruntime", "tf2onnx")}
    return {"python": sys.version.split()[0], **keras, **torch, **core}


def _user_pair(duo: Duo, name: str, keras: Source, torch: Source, seed: int) -> Pair:
    pair = Pair(name, duo, keras, torch, (), "", seed)
    _refuse_unmatched(pair)
    return pair


def _refuse_unmatched(pair: Pair) -> None:
    """Layers that store weights must have a namesake; a matcher by structure comes later."""
    keras, torch = pair.descriptions
    stored = [{p.layer for p in side.parameters} for side in (keras, torch)]
    only_keras, only_torch = sorted(stored[0] - stored[1]), sorted(stored[1] - stored[0])
    if only_keras or only_torch:
        raise UsageError(
            f"layers without a namesake: only in keras {', '.join(only_keras) or 'none'};"
            f" only in torch {', '.join(only_torch) or 'none'}",
            'name each Keras layer like the Torch attribute path, for example name="features.0"',
        )


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
            f"input {fact.name!r}: shape {_times(shape)}, expected {_times(declared)} (without the batch axis)",
            "canonical order: channels last",
        )


def _times(shape: Iterable[int | None]) -> str:
    return "x".join("?" if n is None else str(n) for n in shape) or "scalar"


def _draw(spec: InputFacts, shape: tuple[int, ...], tokens: int, seed: int, number: int) -> NDArray:
    if spec.dtype and not spec.dtype.startswith(("float", "bfloat")):
        whole = 1 + np.floor(draws.uniform(shape, seed, spec.name, number) * (tokens - 1))
        return whole.astype(spec.dtype)
    return draws.normal(shape, seed, spec.name, number)


def _given_cases(description: Description, inputs: Any, targets: NDArray | None, seed: int) -> tuple[Case, ...]:
    if inputs is None:
        return synthetic_cases(description, (), seed)
    named = dict(inputs) if isinstance(inputs, Mapping) else {description.inputs[0].name: inputs}
    arrays = {name: np.asarray(array) for name, array in named.items()}
    for fact in description.inputs:
        _check_given(fact, arrays)
    rows = len(next(iter(arrays.values())))
    goal = np.zeros(rows) if targets is None else np.asarray(targets)
    sizes = sorted({rows, 1, max(1, rows // 2)}, reverse=True)
    return tuple(Case({name: array[:size] for name, array in arrays.items()}, goal[:size]) for size in sizes)


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
    return getattr(model, "name", None) or getattr(model, "__name__", None) or type(model).__name__


def _command() -> str:
    return shlex.join(["parity", *sys.argv[1:]]) if sys.argv and "parity" in sys.argv[0] else "parity.check"
