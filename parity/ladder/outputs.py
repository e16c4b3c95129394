"""Same outputs in eval and train mode, at several sizes and batches, in float64 and float32?"""

from __future__ import annotations

import math
from collections.abc import Iterator

from parity.compare import PROOF_BOUND, Difference, difference
from parity.ladder.findings import Findings, insensitive
from parity.pair import SENSITIVE, Pair
from parity.recording import Arrays, Forward
from parity.verdicts import RungResult

QUESTION = "same outputs in eval and train mode, at several sizes, in float64 and float32?"


def climb(pair: Pair) -> RungResult:
    findings = Findings("outputs")
    figures = {"float64": 0.0, "float32": 0.0}
    bounds = {"float64": PROOF_BOUND, "float32": pair.noise.bound}
    for dtype, bound in bounds.items():
        for case, training in pair.runs:
            place = f"{dtype}, {'train' if training else 'eval'}, {pair.cases[case].describe()}"
            keras, torch = pair.forward(dtype, case, training)
            allowed = pair.proof_of_outputs(case, training) if dtype == "float64" else bound
            for name, found in _output_differences(keras, torch, allowed):
                findings.judge(f"{name} ({place})", found, allowed)
                figures[dtype] = max(figures[dtype], found.figure)
            if training and dtype == "float64":
                _judge_state(findings, keras, pair.state_after(case, keras.state, torch.state), place, allowed)
    findings.limit(pair.eval_only)
    if pair.noise.lopsided:
        findings.violate(pair.noise.lopsided)
    details = {
        "float64": figures["float64"],
        "float32": figures["float32"],
        "float32_bound": bounds["float32"],
        "noise": {"keras": pair.noise.keras, "torch": pair.noise.torch},
        "cases": [case.describe() for case in pair.cases],
        "train_cases": [pair.cases[index].describe() for index in pair.train_cases],
        "sensitivity": pair.sensitivity,
        "amplified": pair.amplified,
    }
    return findings.result(details, insensitive(pair.sensitivity, SENSITIVE))


def _output_differences(keras: Forward, torch: Forward, bound: float) -> Iterator[tuple[str, Difference]]:
    for name in sorted({*keras.outputs, *torch.outputs}):
        if name in keras.outputs and name in torch.outputs:
            yield name, difference(keras.outputs[name], torch.outputs[name], bound)
        else:
            owner = "keras" if name in keras.outputs else "torch"
            yield name, Difference(math.inf, reason=f"only {owner} has an output {name!r}")


def _judge_state(findings: Findings, keras: Forward, theirs: Arrays, place: str, bound: float) -> None:
    """Running statistics after one train-mode pass."""
    for path, array in keras.state.items():
        if path in theirs:
            findings.judge(f"{path} after one pass ({place})", difference(array, theirs[path], bound), bound)
