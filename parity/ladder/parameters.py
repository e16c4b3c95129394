"""Same parameter names, shapes and counts, counted natively on each side?"""

from __future__ import annotations

import math
from collections.abc import Sequence

from parity.ladder.findings import Findings
from parity.mapping import placeholders_in_keras
from parity.pair import Pair
from parity.recording import Parameter
from parity.verdicts import RungResult

QUESTION = "same names, shapes, counts, trainable or not?"


def climb(pair: Pair) -> RungResult:
    findings = Findings("parameters")
    keras, torch = pair.descriptions
    mapping = pair.mapping
    for parameter in mapping.only_keras:
        findings.violate(f"only in Keras: {parameter.path} {parameter.shape}")
    for parameter in mapping.only_torch:
        findings.violate(f"only in Torch: {parameter.path} {parameter.shape}")
    shapes = placeholders_in_keras(mapping, torch)
    for parameter in keras.parameters:
        findings.judged += 1
        twin = shapes.get(parameter.path)
        if twin is not None and twin.shape != parameter.shape:
            findings.violations.append(
                f"{parameter.path}: keras {parameter.shape}, torch (as Keras stores it) {twin.shape}"
            )
    explained = [[p for p in side.parameters if p.path in mapping.explained] for side in (keras, torch)]
    _compare_counts(pair, findings, *explained)
    _compare_published(pair, findings)
    details = {
        "keras": {"total": keras.total_count, "trainable": keras.trainable_count},
        "torch": {"total": torch.total_count, "trainable": torch.trainable_count},
        "explained": dict(mapping.explained),
    }
    if torch.folded:
        details["folded"] = list(torch.folded)
    return findings.result(details)


def _compare_published(pair: Pair, findings: Findings) -> None:
    keras = pair.descriptions[0]
    counted = {p.path: math.prod(p.shape) for p in keras.parameters} | {"the whole": keras.total_count}
    stated = dict(pair.published)
    if pair.expected_parameters:
        stated["the whole"] = pair.expected_parameters
    for path, count in stated.items():
        findings.judged += 1
        if counted.get(path) != count:
            findings.violations.append(
                f"{path}: the registry states {count} parameters, keras counts {counted.get(path)}"
            )


def _compare_counts(
    pair: Pair, findings: Findings, only_keras: Sequence[Parameter], only_torch: Sequence[Parameter]
) -> None:
    keras, torch = pair.descriptions
    trained = [[p for p in only if p.trainable] for only in (only_keras, only_torch)]
    for what, ours, theirs in (
        ("total", keras.total_count - _count(only_keras), torch.total_count - _count(only_torch)),
        ("trainable", keras.trainable_count - _count(trained[0]), torch.trainable_count - _count(trained[1])),
    ):
        findings.judged += 1
        if ours != theirs:
            findings.violations.append(f"{what} count: keras {ours}, torch {theirs} after the explained tensors")


def _count(parameters: Sequence[Parameter]) -> int:
    return sum(math.prod(parameter.shape) for parameter in parameters)
