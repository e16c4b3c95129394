"""Same weights, running statistics and optimizer slots after one update of the recipe, and after the next ones?"""

from __future__ import annotations

from parity.compare import PROOF_BOUND
from parity.ladder.findings import Findings, insensitive
from parity.ladder.runs import END, UPDATES, Runs
from parity.pair import SENSITIVE, Pair
from parity.verdicts import RungResult

QUESTION = "same weights, running statistics and optimizer slots after an update?"


def climb(pair: Pair) -> RungResult:
    findings = Findings("step")
    if findings.limit(pair.eval_only):
        return findings.result()
    runs = Runs(pair, findings, PROOF_BOUND)
    keras, torch = pair.trained
    steps = sorted((set(keras.kept) & set(torch.kept)) - {END})[:UPDATES]
    for step in steps:
        runs.judge_step(step)
        runs.judge_state(step, f"after update {step + 1}")
    details = runs.details() | {"steps": len(steps)}
    return findings.result(details, insensitive(pair.sensitivity, SENSITIVE) or runs.still)
