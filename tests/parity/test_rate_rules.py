"""Why learning rates part: by the schedules, and by what they give."""

from __future__ import annotations

import math

import pytest

from parity.rate_rules import rate_rule
from parity.recording import LossFacts, OptimizerFacts
from parity.training_facts import TrainingFacts

COSINE = tuple(0.05 * (1 + math.cos(math.pi * step / 8)) for step in range(9))
WARM = (0.0, 0.05, *COSINE[:7])
FALLING = tuple(0.1 * 0.5 ** (step // 3) for step in range(9))
LATE = (0.1, *FALLING[:8])


def rule(ours, theirs):
    """Schedule and rates of either side."""
    sides = (OptimizerFacts("SGD", "sgd", {}, {"w": rates}, {}, name, len(rates) - 1) for name, rates in (ours, theirs))
    return rate_rule(TrainingFacts(tuple(sides), (LossFacts("", ""), LossFacts("", ""))))


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (("", (0.1,)), ("", (0.01,)), "learning-rate-defaults"),
        (("CosineDecay", COSINE), ("CosineAnnealingLR", tuple(rate / 2 for rate in COSINE)), "learning-rate-defaults"),
        (("CosineDecay", WARM), ("CosineAnnealingLR", COSINE), "warmup-then-cosine"),
        (("CosineDecay", COSINE), ("LambdaLR", WARM), "warmup-then-cosine"),
        (("CosineDecay", WARM), ("", (0.1,)), "schedule-other"),
        (("CosineDecay", COSINE), ("CosineAnnealingLR", (*COSINE[:8], 0.01)), "cosine-after-end"),
        (("PiecewiseConstantDecay", LATE), ("MultiStepLR", FALLING), "piecewise-boundary"),
        (("PiecewiseConstantDecay", COSINE), ("MultiStepLR", FALLING), "schedule-other"),
        (("PolynomialDecay", (0.1, 0.05, 0.01)), ("PolynomialLR", (0.1, 0.05, 0.0)), "polynomial-end"),
        (("PolynomialDecay", (0.1, 0.03, 0.0)), ("PolynomialLR", (0.1, 0.05, 0.0)), "schedule-other"),
    ],
)
def test_the_rule_holds_of_the_rates(ours, theirs, expected):
    assert rule(ours, theirs) == expected
