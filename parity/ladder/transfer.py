"""Do weights survive Keras -> Torch -> Keras and Torch -> Keras -> Torch, bit for bit?"""

from __future__ import annotations

import numpy as np

from parity.arrays import chosen
from parity.compare import PROOF_BOUND, difference, identical
from parity.ladder.findings import Findings
from parity.pair import Pair
from parity.portions import Portion
from parity.recording import Arrays
from parity.verdicts import RungResult

QUESTION = "do weights survive the way there and back, bit for bit?"


def climb(pair: Pair) -> RungResult:
    findings = Findings("transfer")
    if not pair.mapping.complete:
        findings.violate("not every tensor has a place on the other side (see the rung parameters)")
        return findings.result()
    if pair.unfitting:
        findings.violate(f"another shape on the other side: {', '.join(sorted(pair.unfitting))}")
        return findings.result()
    own = pair.weights if pair.own_weights else None
    if own:
        _compare_bits(findings, "own weights", _with_place(pair, own[0]), pair.mapping.to_keras(own[1]))
    for portion in pair.portions:
        there = _arrived(pair, findings, portion)
        _back_and_there(pair, findings, portion, there)
    pair.restore("float32")
    return findings.result({"tensors": len(pair.descriptions[0].parameters)})


def _with_place(pair: Pair, keras: Arrays) -> Arrays:
    """Without what the Torch code does without."""
    return {path: array for path, array in keras.items() if path not in pair.mapping.explained}


def _arrived(pair: Pair, findings: Findings, portion: Portion) -> Arrays:
    """Keras -> Torch -> Keras, into the live model of Torch and out of it; gives what that holds."""
    duo, before = pair.duo, _with_place(pair, chosen(pair.weights[0], portion.keras))
    if pair.own_weights:  # else both have agreed on the weights of Keras
        duo.ask(duo.torch, "set_weights", dtype="float32", weights=portion.mapping.to_torch(before))
    there: Arrays = duo.ask(duo.torch, "get_weights", dtype="float32", paths=portion.torch)
    _compare_bits(findings, "Keras to Torch and back", before, portion.mapping.to_keras(there))
    return there


def _back_and_there(pair: Pair, findings: Findings, portion: Portion, torch: Arrays) -> None:
    """Torch -> Keras -> Torch, with the numbers elsewhere; tensors that Keras does without keep their value."""
    start = {path: _other(path, array, pair) for path, array in torch.items()}
    pair.duo.both("set_weights", {"weights": portion.mapping.to_keras(start)}, {"weights": start}, dtype="float32")
    keras, kept = pair.duo.both("get_weights", **portion.asked, dtype="float32")
    _compare_bits(findings, "set in Torch", start, kept)
    _compare_bits(findings, "Torch to Keras and back", start, kept | portion.mapping.to_torch(keras))


def _other(path: str, array: np.ndarray, pair: Pair) -> np.ndarray:
    """The same numbers from the last to the first."""
    if path in pair.mapping.explained or not np.issubdtype(array.dtype, np.floating):
        return array
    return np.ascontiguousarray(np.flip(array)).reshape(array.shape)


def _compare_bits(findings: Findings, way: str, before: Arrays, after: Arrays) -> None:
    for path, array in before.items():
        findings.judged += 1
        if path not in after:
            findings.violations.append(f"{way}: {path} did not arrive")
        elif not identical(array, after[path]):
            findings.violations.append(f"{way}: {path} {difference(array, after[path], PROOF_BOUND).describe()}")
