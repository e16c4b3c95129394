"""Take pairs up the ladder and write the report."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from parity.attributes import MEANING
from parity.diagnosis import Diagnosis, diagnosed
from parity.errors import SideFailed
from parity.ladder import RUNGS, rung
from parity.ladder.activations import first_divergence
from parity.lone_biases import covered, lone_biases, lone_causes
from parity.momenta import settled
from parity.own_pair import OwnPair
from parity.pair import Pair
from parity.static_causes import (
    bound_causes,
    dropping_causes,
    frozen_causes,
    loaded_causes,
    spectral_causes,
    static_causes,
    unplaced_causes,
)
from parity.stopped_gradients import stopping_causes
from parity.training_causes import training_causes, training_divergence
from parity.verdicts import Cause, Divergence, PairReport, RungResult, Verdict

NEEDS_WEIGHTS = ("activations", "outputs", "gradients", "step", "trajectory", "onnx")
TRAINING = ("step", "trajectory")
Progress = Callable[[str, RungResult], None]


def climb(
    pair: Pair, rungs: Sequence[str] = RUNGS, fail_fast: bool = False, progress: Progress | None = None
) -> PairReport:
    """Climb ``rungs`` in ladder order; after a failure go on, unless ``fail_fast``.

    Raises:
        UsageError: a model cannot be built or fed.
        EnvironmentProblem: a side died.
    """
    _ = pair.descriptions
    if not set(TRAINING).isdisjoint(rungs):
        pair.expect_training()
    results: list[RungResult] = []
    for name in [known for known in RUNGS if known in rungs]:
        result = _climb_rung(pair, name)
        results.append(result)
        if progress:
            progress(pair.name, result)
        if fail_fast and not result.verdict.green:
            break
    if isinstance(pair, OwnPair) and _untestable(results) and (other := pair.more_telling):
        again = climb(other, rungs, fail_fast, progress)
        if not _untestable(again.rungs):
            return again
        pair = pair.anew()
    if isinstance(pair, OwnPair) and _hides(results) and pair.can_be_levelled:
        again = climb(pair.anew(levelled=True), rungs, fail_fast, progress)
        if again.verdict.green or again.first_divergence:
            return again
        pair = pair.anew()
    if isinstance(pair, OwnPair) and not _failed(results) and _lone(pair) and pair.can_be_wide:
        again = climb(pair.anew(wide=True), rungs, fail_fast, progress)
        if any(cause.confirmed for cause in again.causes):
            return again
        pair = pair.anew()
    found = _diagnosis(pair, results)
    if isinstance(pair, OwnPair) and found and found.faint and not pair.rounded:
        again = climb(pair.anew(rounded=True), rungs, fail_fast, progress)
        if again.verdict.green:
            return again
        pair = pair.anew()
    elif isinstance(pair, OwnPair) and found and found.open and pair.has_tables and not pair.rounded:
        without_rounding = _diagnosis(pair.anew(rounded=True), results)
        found = without_rounding if without_rounding and not without_rounding.open else found
        pair = pair.anew()
    elif isinstance(pair, OwnPair) and not found and pair.drawn and _unlike(pair):
        found, seen = _diagnosis(pair.with_larger_inputs(), results), pair.diagnoses
        pair = pair.anew()
        pair.diagnoses.update(seen)
    results = _with_amplification(pair, results, found)
    if isinstance(pair, OwnPair) and pair.amplified and _failed(results) and pair.can_be_levelled:
        again = climb(pair.anew(levelled=True, amplified=False), rungs, fail_fast, progress)
        if again.verdict.green:
            return again
        pair = pair.anew()
    divergence = (found.divergence if found else None) or _divergence(pair, results)
    failed = _failed(results)
    named = causes(pair, found, failed)
    if "gradients" in failed and not failed & {"transfer", "activations", "outputs"} and not named:
        named += stopping_causes(pair)
    if pair.trains and failed & set(TRAINING):
        divergence = divergence or training_divergence(pair)
        named += training_causes(pair)
    return PairReport(pair.name, tuple(results), divergence, named)


def _with_amplification(pair: Pair, results: list[RungResult], found: Diagnosis | None) -> list[RungResult]:
    """Where every operation is proven on equal inputs and whole runs still part, rounding may have grown on the way."""
    failed = _failed(results)
    if pair.by_name or found or not failed or not failed <= {"outputs", "gradients"}:
        return results
    pair.amplified = True
    return [_climb_rung(pair, result.rung) if result.rung in failed else result for result in results]


def _failed(results: Sequence[RungResult]) -> set[str]:
    return {result.rung for result in results if result.verdict is Verdict.FAIL}


def _unlike(pair: Pair) -> bool:
    return any(each.unlike for each in pair.diagnoses.values())


def _lone(pair: Pair) -> bool:
    """One side has rectifiers that the other lacks, for all that anything shows."""
    return any(each.lone for each in pair.diagnoses.values())


def _untestable(results: Sequence[RungResult]) -> bool:
    return any(result.verdict is Verdict.UNTESTABLE for result in results)


def _hides(results: Sequence[RungResult]) -> bool:
    """All is well, but some kernels are never seen."""
    return not _failed(results) and any(result.details.get("unseen") for result in results)


def causes(pair: Pair, found: Diagnosis | None, failed: Collection[str]) -> tuple[Cause, ...]:
    """What the numbers confirmed, then what only the attributes say."""
    meaning = MEANING | ({"padding_token"} if "gradients" in failed else frozenset())
    confirmed = found.causes if found else ()
    named = {(cause.rule, cause.keras) for cause in confirmed}
    lones = lone_biases(pair)
    stated = lone_causes(pair, lones, confirmed)
    told = {(cause.rule, cause.keras) for cause in stated}
    attributes = static_causes([*pair.twins, *pair.functions], None if pair.by_name else meaning)
    stated += tuple(cause for cause in attributes if (cause.rule, cause.keras) not in told)
    stated += unplaced_causes(pair, covered(lones))
    stated += dropping_causes(pair) + bound_causes(pair) + spectral_causes(pair)
    stated += frozen_causes(pair) if "parameters" in failed else ()
    if pair.own_weights and "transfer" in failed and not confirmed:
        stated += loaded_causes(pair)
    left = [cause for cause in stated if (cause.rule, cause.keras) not in named and not _told(cause, confirmed)]
    return confirmed + tuple(settled(pair, cause) if "outputs" in failed else cause for cause in left)


def _told(cause: Cause, confirmed: Sequence[Cause]) -> bool:
    """A missing layer that was confirmed stands at the operation behind it, or is its twin with another cause."""
    if cause.rule != "layer-missing":
        return False
    behind = any(other.rule == cause.rule and (other.torch == cause.torch or not cause.torch) for other in confirmed)
    return behind or any(_at_one_layer(cause, other) for other in confirmed)


def _at_one_layer(cause: Cause, other: Cause) -> bool:
    return (cause.keras or None) == other.keras or (cause.torch or None) == other.torch


def _diagnosis(pair: Pair, results: list[RungResult]) -> Diagnosis | None:
    """Look for the places and their causes, on the first run of the models that shows a difference."""
    if not _failed(results) & set(NEEDS_WEIGHTS):
        return None
    try:
        for case, training in pair.runs:
            found = diagnosed(pair, case, training)
            if found.faults:
                return found
    except SideFailed:
        return None
    return None


def _climb_rung(pair: Pair, name: str) -> RungResult:
    began, overlap = time.perf_counter(), pair.duo.overlap
    if name in NEEDS_WEIGHTS and pair.by_name and not pair.own_weights and not pair.mapping.complete:
        result = RungResult(name, Verdict.SKIP, reason="the weights cannot be shared (see the rung parameters)")
    else:
        try:
            result = rung(name).climb(pair)
        except SideFailed as problem:
            result = RungResult(name, Verdict.ERROR, reason=problem.message, details={"trace": problem.trace})
    details = {**result.details, "both_sides_busy_seconds": round(pair.duo.overlap - overlap, 4)}
    return replace(result, seconds=round(time.perf_counter() - began, 3), details=details)


def _divergence(pair: Pair, results: list[RungResult]) -> Divergence | None:
    if not _failed(results) & set(NEEDS_WEIGHTS):
        return None
    try:
        return first_divergence(pair)
    except SideFailed:
        return None
