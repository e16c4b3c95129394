"""Same loss and the same gradient for every parameter and every floating input?"""

from __future__ import annotations

from typing import Any

import numpy as np

from parity.compare import PROOF_BOUND, Difference, difference
from parity.ladder.findings import Findings, insensitive
from parity.pair import SENSITIVE, Pair
from parity.recording import Arrays, Gradients
from parity.verdicts import RungResult

QUESTION = "same loss, same gradient for every parameter and for the input?"
VANISHING = 1e-12


def climb(pair: Pair) -> RungResult:
    findings = Findings("gradients")
    vanishing: set[str] = set()
    names = [sorted(forward.outputs) for forward in pair.forward("float64", 0, False)]
    if names[0] != names[1]:
        findings.violate(f"no loss in common: keras gives {', '.join(names[0])}, torch gives {', '.join(names[1])}")
        return findings.result()
    for probe, arguments in _probes(pair):
        _ = pair.weights
        keras, torch = pair.duo.both(
            "gradients", dtype="float64", inputs=pair.cases[0].inputs, seed=pair.seed, **arguments
        )
        findings.judge(
            f"loss ({probe})", difference(np.array(keras.loss), np.array(torch.loss), PROOF_BOUND), PROOF_BOUND
        )
        vanishing |= _judge(
            findings,
            probe,
            keras,
            Gradients(torch.loss, pair.mapping.to_keras(torch.parameters, gradients=True), torch.inputs),
        )
    return findings.result(
        {"loss": pair.loss, "zero_on_both_sides": sorted(vanishing)}, insensitive(pair.sensitivity, SENSITIVE)
    )


def _probes(pair: Pair) -> list[tuple[str, dict[str, Any]]]:
    projection = {"projections": pair.projections(0)}
    recipe = {"loss": pair.loss, "targets": pair.cases[0].targets}
    probes: list[tuple[str, dict[str, Any]]] = [("projection, eval", projection)]
    if 0 in pair.train_cases:
        probes.append(("projection, train", projection | {"training": True}))
    if pair.loss:
        probes.append((f"{pair.loss}, train", recipe | {"training": 0 in pair.train_cases}))
    return probes


def _judge(findings: Findings, probe: str, keras: Gradients, torch: Gradients) -> set[str]:
    """Judge every gradient; return those that are zero but for rounding on both sides.

    A bias in front of a batch norm has no gradient: what remains is rounding, with no peak to be relative to.
    """
    vanishing = set()
    for ours, theirs in ((keras.parameters, torch.parameters), (keras.inputs, torch.inputs)):
        peak = max((_peak(array) for array in ours.values()), default=0.0)
        for path in sorted({*ours, *theirs}):
            if path not in ours or path not in theirs:
                findings.judge(f"{path} ({probe})", _one_sided(path, ours), PROOF_BOUND)
            elif max(_peak(ours[path]), _peak(theirs[path])) < VANISHING * peak:
                vanishing.add(path)
            else:
                findings.judge(f"{path} ({probe})", difference(ours[path], theirs[path], PROOF_BOUND), PROOF_BOUND)
    return vanishing


def _one_sided(path: str, keras: Arrays) -> Difference:
    has, lacks = ("keras", "torch") if path in keras else ("torch", "keras")
    return Difference(float("inf"), reason=f"{has} has a gradient, {lacks} has none")


def _peak(array: np.ndarray) -> float:
    return float(np.abs(array).max(initial=0.0))
