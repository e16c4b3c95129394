"""Inject a fault into one twin of a family, check the pair as a user's own, and judge what was said."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch  # before Keras: TensorFlow followed by triton aborts the process

# isort: split
import keras
import keras_faults
import numpy as np
import torch_faults
from families import FAMILIES
from kinds import KINDS, Kind
from numpy.typing import NDArray

from parity import check, draws, transfer
from parity.errors import UsageError
from parity.verdicts import PairReport, Report

SIDES = ("keras", "torch")
FAULTS = {"keras": keras_faults.FAULTS, "torch": torch_faults.FAULTS}
RUNGS = ("structure", "parameters", "transfer", "activations", "gradients")


@dataclass(frozen=True)
class Mutant:
    """One fault in one twin: which kind, in which family, on which side, from which seed."""

    kind: str
    family: str
    side: str
    seed: int

    @property
    def name(self) -> str:
        return f"{self.kind}/{self.family}/{self.side}/{self.seed}"


@dataclass(frozen=True)
class Judgement:
    """What the check said about a mutant.

    Args:
        place: where the fault is.
        caught: the verdict is not green.
        named: a cause with a right rule, confirmed by its removal if the values differ at all.
        placed: the first difference or the named cause is at the place.
    """

    mutant: Mutant
    place: str
    caught: bool
    named: bool
    placed: bool
    seconds: float
    report: str


def mutants(kinds: tuple[str, ...] = (), families: tuple[str, ...] = (), seeds: int = 5) -> Iterator[Mutant]:
    """Every kind in every family of its list, on the two sides in turn."""
    for name, kind in KINDS.items():
        sides = [side for side in SIDES if name in FAULTS[side]]
        for number, family in enumerate(kind.families):
            for seed in range(seeds):
                if (not kinds or name in kinds) and (not families or family in families):
                    yield Mutant(name, family, sides[(seed + number) % len(sides)], seed)


def judge(mutant: Mutant) -> Judgement | None:
    """None where the twin has no place for the fault.

    Raises:
        UsageError: the pair cannot be checked.
    """
    begin = time.perf_counter()
    kind, family = KINDS[mutant.kind], FAMILIES[mutant.family]
    places: list[str | None] = []
    builders: dict[str, Callable[[], Any]] = {
        side: _builder(mutant, side, kind, places if side == mutant.side else None) for side in SIDES
    }
    if builders[mutant.side]() is None:
        return None
    report = check(
        builders["keras"],
        builders["torch"],
        family.inputs(mutant.seed),
        rungs=RUNGS,
        seed=mutant.seed,
        own_weights=kind.own_weights,
    )
    place = str(places[0])
    named, placed = judged(report.pairs[0], kind, place)
    return Judgement(mutant, place, not report, named, placed, time.perf_counter() - begin, str(report))


def judged(found: PairReport, kind: Kind, place: str) -> tuple[bool, bool]:
    """Is the fault named, and is it placed?"""
    unseen = found.first_divergence is None
    right = [cause for cause in found.causes if cause.rule in kind.rules and (cause.confirmed or unseen)]
    where = [(cause.keras, cause.torch) for cause in right]
    if found.first_divergence is not None:
        where.append((found.first_divergence.keras, found.first_divergence.torch))
    return bool(right), any(_at(path, place) for pair in where for path in pair)


def _at(path: str, place: str) -> bool:
    """The layer itself, or a part of it; several places are parted by a bar."""
    return place == "*" or any(path == each or path.startswith(f"{each}.") for each in place.split("|"))


def _builder(mutant: Mutant, side: str, kind: Kind, places: list[str | None] | None) -> Callable[[], Any]:
    """A function that builds one twin, with the fault if ``places`` is there to be told about it."""

    def build() -> Any:
        model = getattr(FAMILIES[mutant.family], side)()
        if kind.own_weights:
            _give(model, side, lived_in(mutant.family, mutant.seed))
        if places is None:
            return model
        rng = random.Random(f"{mutant.kind}/{mutant.seed}")
        injected = FAULTS[side][mutant.kind](model, rng)
        if injected is None:
            return None
        model, place = injected if side == "keras" else (model, injected)
        places.append(place)
        return model

    return build


Weights = tuple[list[NDArray], dict[str, NDArray]]


@lru_cache(maxsize=64)
def lived_in(family: str, seed: int) -> Weights:
    """One set of weights for both twins, in which nothing is at its default: Keras's list, Torch's by name."""
    keras_model, torch_model = FAMILIES[family].keras(), FAMILIES[family].torch()
    keras_model.set_weights([_lived_in(v.path, np.array(v), seed) for v in keras_model.weights])
    _settle(keras_model, FAMILIES[family].inputs(seed))
    transfer(keras_model, torch_model)
    state = {name: tensor.detach().numpy().copy() for name, tensor in torch_model.state_dict().items()}
    return keras_model.get_weights(), state


def _lived_in(path: str, array: NDArray, seed: int) -> NDArray:
    if not np.issubdtype(array.dtype, np.floating):
        return array
    numbers = draws.uniform(array.shape, seed, path)
    if path.endswith("gamma"):
        return 0.5 + numbers
    if path.endswith(("bias", "beta", "token")):
        return 0.6 * (numbers - 0.5)
    return array + 0.02 * (numbers - 0.5)


def _settle(model: keras.Model, inputs: dict[str, NDArray]) -> None:
    """Running statistics of one batch; a mean of either sign can also be a variance, where the two are swapped."""
    norms = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    for norm in norms:
        norm.momentum = 0.0
    if norms:
        model(list(inputs.values()), training=True)
    for norm in norms:
        norm.moving_mean.assign(np.abs(norm.moving_mean) + 0.01)


def _give(model: Any, side: str, weights: Weights) -> None:
    if side == "keras":
        model.set_weights(weights[0])
    else:
        model.load_state_dict({name: torch.from_numpy(array.copy()) for name, array in weights[1].items()})


__all__ = ["FAMILIES", "Judgement", "Mutant", "Report", "UsageError", "judge", "keras", "mutants"]
