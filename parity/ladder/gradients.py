"""Same loss and the same gradient for every parameter and every floating input?"""

from __future__ import annotations

from parity.ladder.findings import Findings, insensitive
from parity.pair import SENSITIVE, Pair
from parity.probes import probes, vanishing
from parity.verdicts import RungResult

QUESTION = "same loss, same gradient for every parameter and for the input?"


def climb(pair: Pair) -> RungResult:
    findings = Findings("gradients")
    zero: set[str] = set()
    """Of a bias in front of a batch norm: what remains is rounding, with no peak to be relative to."""
    unseen = {path for path, array in pair.weights[0].items() if array.ndim > 1}
    """Kernels that no output depends on in any probe: units that are dead hide what stands in front of them."""
    names = [sorted(forward.outputs) for forward in pair.forward("float64", 0, False)]
    if names[0] != names[1]:
        findings.violate(f"no loss in common: keras gives {', '.join(names[0])}, torch gives {', '.join(names[1])}")
        return findings.result()
    for probe, arguments in probes(pair):
        found = pair.compared_gradients(probe, **arguments)
        bound = pair.proof_of_gradients(probe, **arguments)
        findings.judge(f"loss ({probe})", found.loss, bound("loss"))
        unseen &= vanishing(found.parameters)
        for tensors in (found.parameters, found.inputs):
            small = vanishing(tensors)
            zero |= small
            for path in sorted(tensors.keys() - small):
                findings.judge(f"{path} ({probe})", tensors[path].difference, bound(path))
    return findings.result(
        {"loss": pair.loss, "zero_on_both_sides": sorted(zero), "unseen": sorted(unseen), "amplified": pair.amplified},
        insensitive(pair.sensitivity, SENSITIVE),
    )
