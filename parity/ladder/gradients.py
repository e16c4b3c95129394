"""Same loss and the same gradient for every parameter and every floating input?"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from parity.compare import PROOF_BOUND, Difference, difference
from parity.ladder.findings import Findings, insensitive
from parity.pair import SENSITIVE, Pair
from parity.probes import Probe, probes, vanishing
from parity.recording import Arrays, Gradients
from parity.verdicts import RungResult

QUESTION = "same loss, same gradient for every parameter and for the input?"


def climb(pair: Pair) -> RungResult:
    findings = Findings("gradients")
    zero: set[str] = set()
    names = [sorted(forward.outputs) for forward in pair.forward("float64", 0, False)]
    if names[0] != names[1]:
        findings.violate(f"no loss in common: keras gives {', '.join(names[0])}, torch gives {', '.join(names[1])}")
        return findings.result()
    for (probe, arguments), (keras, torch) in _found(pair):
        bound = pair.proof_of_gradients(probe, **arguments)
        loss = difference(np.array(keras.loss), np.array(torch.loss), bound("loss"))
        findings.judge(f"loss ({probe})", loss, bound("loss"))
        zero |= _judge(findings, probe, keras, torch, bound)
    return findings.result(
        {"loss": pair.loss, "zero_on_both_sides": sorted(zero), "amplified": pair.amplified},
        insensitive(pair.sensitivity, SENSITIVE),
    )


def _found(pair: Pair) -> Iterable[tuple[Probe, tuple[Gradients, Gradients]]]:
    """Bounds of amplified rounding are measured in between, and ask the sides."""
    if pair.amplified:
        return ((probe, pair.gradients(probe[0], **probe[1])) for probe in probes(pair))
    return pair.gradients_of_each(probes(pair))


def _judge(
    findings: Findings, probe: str, keras: Gradients, torch: Gradients, bound: Callable[[str], float]
) -> set[str]:
    """Judge every gradient; return those that are zero but for rounding on both sides.

    A bias in front of a batch norm has no gradient: what remains is rounding, with no peak to be relative to.
    """
    zero: set[str] = set()
    for ours, theirs in ((keras.parameters, torch.parameters), (keras.inputs, torch.inputs)):
        small = vanishing(ours, theirs)
        zero |= small
        for path in sorted({*ours, *theirs} - small):
            if path not in ours or path not in theirs:
                findings.judge(f"{path} ({probe})", _one_sided(path, ours), PROOF_BOUND)
            else:
                findings.judge(f"{path} ({probe})", difference(ours[path], theirs[path], bound(path)), bound(path))
    return zero


def _one_sided(path: str, keras: Arrays) -> Difference:
    has, lacks = ("keras", "torch") if path in keras else ("torch", "keras")
    return Difference(float("inf"), reason=f"{has} has a gradient, {lacks} has none")
