"""Same value at every named layer, in eval and in train mode? Where is the first difference?"""

from __future__ import annotations

from parity.compare import PROOF_BOUND, Difference, difference
from parity.diagnosis import diagnosed
from parity.diagnosis.bounds import BOUND
from parity.ladder.findings import Findings, insensitive
from parity.ladder.structure import numbered
from parity.pair import SENSITIVE, Pair
from parity.recording import Tap
from parity.verdicts import Divergence, RungResult

QUESTION = "same value at every named layer; where is the first difference?"


def climb(pair: Pair) -> RungResult:
    findings = Findings("activations")
    if not pair.by_name:
        return _layer_by_layer(pair, findings)
    for training in _modes(pair):
        for tap, found in compared_taps(pair, training):
            findings.judge(f"{tap.path} ({'train' if training else 'eval'})", found, PROOF_BOUND)
    details = {"taps": len(pair.common), "case": pair.cases[0].describe(), "sensitivity": pair.sensitivity}
    return findings.result(details, insensitive(pair.sensitivity, SENSITIVE))


def _layer_by_layer(pair: Pair, findings: Findings) -> RungResult:
    """Every matched operation on the reference's inputs."""
    compared = 0
    for training in _modes(pair):
        found = diagnosed(pair, 0, training)
        mode = "train" if training else "eval"
        compared += found.judged
        for ours, theirs in found.unlike:
            stated = f"{BOUND} is {ours.attributes.get(BOUND)} in keras, {theirs.attributes.get(BOUND)} in torch"
            findings.violate(f"{ours.path} = {theirs.path} ({mode}): {stated}, which no number here shows")
        if found.worst.figure <= PROOF_BOUND:
            findings.judge(f"{found.place} ({mode})", found.worst, PROOF_BOUND)
        outputs = output_difference(pair, training)
        if outputs.figure <= PROOF_BOUND:
            findings.judge(f"outputs ({mode})", outputs, PROOF_BOUND)
            continue  # written in another way inside, and one function all the same
        for fault in found.faults:
            findings.judge(f"{fault.keras.path} = {fault.torch.path} ({mode})", fault.found, PROOF_BOUND)
    details = {"operations": compared, "case": pair.cases[0].describe(), "sensitivity": pair.sensitivity}
    return findings.result(details, insensitive(pair.sensitivity, SENSITIVE))


def output_difference(pair: Pair, training: bool) -> Difference:
    """The worst of the outputs of the first case."""
    keras, torch = pair.forward("float64", 0, training)
    if not keras.outputs.keys() <= torch.outputs.keys():
        return Difference(float("inf"), reason="torch lacks an output")
    found = [difference(array, torch.outputs[name], PROOF_BOUND) for name, array in keras.outputs.items()]
    return max(found, key=lambda each: each.figure, default=Difference(0.0))


def first_divergence(pair: Pair) -> Divergence | None:
    """The first layer, in the order in which Keras runs them, whose value differs."""
    for training in _modes(pair):
        for tap, found in compared_taps(pair, training):
            if found.figure > PROOF_BOUND:
                return Divergence(
                    tap.path, tap.path, found.figure, PROOF_BOUND, found.index, found.keras_value, found.torch_value
                )
    return None


def compared_taps(pair: Pair, training: bool) -> list[tuple[Tap, Difference]]:
    """Every Keras layer call with its difference to the Torch call, in execution order."""
    keras, torch = pair.forward("float64", 0, training)
    calls = numbered(torch.taps)
    return [(tap, _compare(tap, calls.get(key))) for key, tap in numbered(keras.taps).items()]


def _modes(pair: Pair) -> tuple[bool, ...]:
    return (False, True) if 0 in pair.train_cases else (False,)


def _compare(keras: Tap, torch: Tap | None) -> Difference:
    if torch is None:
        return Difference(float("inf"), reason="torch did not call it")
    shared = keras.values.keys() & torch.values.keys()
    found = [difference(keras.values[name], torch.values[name], PROOF_BOUND) for name in sorted(shared)]
    return max(found, key=lambda d: d.figure, default=Difference(float("inf"), reason="no value in common"))
