"""Gradients that are stopped on one side only: with nothing stopped on either side they agree again."""

from __future__ import annotations

import math

import numpy as np

from parity.compare import PROOF_BOUND, compare_all
from parity.errors import SideFailed
from parity.pair import Pair
from parity.probes import Probe, probes, vanishing
from parity.recording import Arrays, Gradients
from parity.rules.book import RULES
from parity.verdicts import Cause

RULE = "gradient-stopped"


def stopping_causes(pair: Pair) -> tuple[Cause, ...]:
    """A cause at the last layer, or the input, whose gradient differs, if stopped gradients are all that differs."""
    try:
        for probe in probes(pair):
            before = _figures(pair, probe)
            if max(before.values(), default=0.0) > PROOF_BOUND:
                return _confirmed(pair, before, _figures(pair, _unstopped(probe)))
    except SideFailed:  # what was stopped cannot be run otherwise
        return ()
    return ()


def _unstopped(probe: Probe) -> Probe:
    name, arguments = probe
    return f"{name}, nothing stopped", {**arguments, "unstopped": True}


def _confirmed(pair: Pair, before: dict[str, float], after: dict[str, float]) -> tuple[Cause, ...]:
    left = max(after.values(), default=math.inf)
    if left > PROOF_BOUND:
        return ()
    parted = {path for path, figure in before.items() if figure > PROOF_BOUND}
    layers = {path.rpartition("/")[0] for path in parted}
    places = [(name, name) for name in sorted(parted) if "/" not in name and name != "loss"]
    places += [(ours.path, theirs.path) for ours, theirs in pair.twins if ours.path in layers]
    keras, torch = places[-1] if places else ("", "")
    rule = RULES[RULE]
    fix = f"in torch: {rule.fix_torch}; or in keras: {rule.fix_keras}"
    return (Cause(RULE, keras, torch, True, max(before.values()), left, fix),)


def _figures(pair: Pair, probe: Probe) -> dict[str, float]:
    """How far the gradients of one loss are apart, by path; one that is not there counts as zero."""
    name, arguments = probe
    keras, torch = map(_everything, pair.gradients(name, **arguments))
    ours, theirs = _filled(keras, torch), _filled(torch, keras)
    found = compare_all(ours, theirs, PROOF_BOUND, "a gradient")
    return {path: found[path].difference.figure for path in found.keys() - vanishing(found)}


def _everything(found: Gradients) -> Arrays:
    return {**found.parameters, **found.inputs, "loss": np.array(found.loss)}


def _filled(own: Arrays, other: Arrays) -> Arrays:
    return {path: own.get(path, np.zeros_like(array)) for path, array in {**other, **own}.items()}
