"""Which rule of the book says why two learning rates part, by the schedules and by what they give."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from parity.recording import OptimizerFacts
from parity.training_facts import TrainingFacts

OTHER = "schedule-other"
OF_SCHEDULES = {
    ("ExponentialDecay", "ExponentialLR"): "exponential-per-step",
    ("ExponentialDecay", "StepLR"): "exponential-per-step",
    ("ExponentialDecay", "LambdaLR"): "exponential-per-step",
    ("PiecewiseConstantDecay", "MultiStepLR"): "piecewise-boundary",
    ("PiecewiseConstantDecay", "LambdaLR"): "piecewise-boundary",
    ("CosineDecay", "CosineAnnealingLR"): "cosine-after-end",
    ("CosineDecay", "SequentialLR"): "warmup-then-cosine",
    ("CosineDecayRestarts", "CosineAnnealingWarmRestarts"): "cosine-restarts",
    ("PolynomialDecay", "PolynomialLR"): "polynomial-end",
    ("PolynomialDecay", "LambdaLR"): "polynomial-end",
    ("InverseTimeDecay", "LambdaLR"): "inverse-time-decay",
}
COSINES = frozenset({"CosineDecay", "CosineAnnealingLR"})
WARMED = frozenset({"CosineAnnealingLR", "SequentialLR", "ChainedScheduler", "LambdaLR"})
"""What a cosine behind a warm-up, or without one, is written with here."""
Rates = tuple[NDArray, NDArray]


def rate_rule(facts: TrainingFacts) -> str:
    """The rule for rates that part."""
    keras, torch = facts.optimizers
    if not keras.schedule and not torch.schedule:
        return "learning-rate-defaults"
    rates = facts.unlike_rates
    if rates is None:
        return OTHER
    if _proportional(rates):
        return "learning-rate-defaults"
    if _warm_up(keras, torch, rates):
        return "warmup-then-cosine"
    rule = OF_SCHEDULES.get((keras.schedule, torch.schedule), OTHER)
    return rule if STILL.get(rule, _always)(rates) else OTHER


def _always(rates: Rates) -> bool:
    return True


def _proportional(rates: Rates) -> bool:
    """One schedule from two first rates."""
    ours, theirs = rates
    return bool(ours[0] and theirs[0] and np.allclose(ours / ours[0], theirs / theirs[0], rtol=1e-9, atol=0))


def _warm_up(keras: OptimizerFacts, torch: OptimizerFacts, rates: Rates) -> bool:
    """Cosines, one of which begins with a climb."""
    cosines = {keras.schedule, torch.schedule} & COSINES and torch.schedule in WARMED
    return bool(cosines and any(len(each) > 1 and each[1] > each[0] for each in rates))


def _other_end(rates: Rates) -> bool:
    ours, theirs = rates
    return not np.isclose(ours[-1], theirs[-1], rtol=1e-9, atol=1e-18)


def _one_late(rates: Rates) -> bool:
    """Keras does a step later what PyTorch does."""
    ours, theirs = rates
    return bool(np.allclose(ours[1:], theirs[:-1], rtol=1e-9, atol=0))


STILL: Mapping[str, Callable[[Rates], bool]] = {"polynomial-end": _other_end, "piecewise-boundary": _one_late}
"""What must hold of the rates for a rule to say why they part."""
