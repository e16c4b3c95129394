"""Same recipe from start to end: losses, learning rates, metrics, stopping epoch, restored weights, slots?"""

from __future__ import annotations

from parity.ladder.findings import Findings, insensitive
from parity.ladder.runs import END, UNTIMED, Runs, apart
from parity.pair import SENSITIVE, Pair
from parity.training_facts import training_facts
from parity.verdicts import RungResult

QUESTION = "same run of the recipe: every loss, rate and metric, stopping epoch, restored weights?"
TRAJECTORY_BOUND = 1e-9


def climb(pair: Pair) -> RungResult:
    findings = Findings("trajectory")
    if findings.limit(pair.eval_only):
        return findings.result()
    runs = Runs(pair, findings, TRAJECTORY_BOUND)
    _judge_length(runs)
    for step in range(min(len(run.losses) for run in pair.trained)):
        runs.judge_step(step)
    _judge_curves(runs)
    if pair.trains:
        _judge_schedules(runs)
    runs.judge_state(END, "at the end")
    result = findings.result(runs.details(), insensitive(pair.sensitivity, SENSITIVE) or runs.still)
    pair.forget_training()
    return result


def _judge_length(runs: Runs) -> None:
    keras, torch = runs.pair.trained
    for what, ours, theirs in (
        ("epochs", keras.epochs, torch.epochs),
        ("steps", len(keras.losses), len(torch.losses)),
        ("updates", keras.updates, torch.updates),
    ):
        runs.findings.judged += 1
        if ours != theirs:
            runs.findings.violations.append(f"{what}: keras {ours}, torch {theirs}")


def _judge_schedules(runs: Runs) -> None:
    """The learning rates of the user's schedules, beyond the steps of the run too."""
    apart_at = training_facts(runs.pair).rates_apart
    if apart_at:
        step, keras, torch = apart_at
        runs.judge("learning_rate", step, f"learning rate of step {step + 1}", apart(keras, torch))


def _judge_curves(runs: Runs) -> None:
    keras, torch = (run.curves for run in runs.pair.trained)
    for name in sorted((keras.keys() | torch.keys()) - UNTIMED):
        if name not in keras or name not in torch:
            runs.findings.violate(f"only {'keras' if name in keras else 'torch'} has a curve {name!r}")
            continue
        for epoch, (ours, theirs) in enumerate(zip(keras[name], torch[name], strict=False)):
            last = (epoch + 1) * len(runs.pair.trained[0].losses) // runs.pair.trained[0].epochs - 1
            runs.judge("metrics", last, f"{name} of epoch {epoch + 1}", apart(ours, theirs))
