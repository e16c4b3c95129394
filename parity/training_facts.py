"""What the two optimizers and losses of a user's own pair are, in the names of the Torch weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from parity.recording import LossFacts, OptimizerFacts

if TYPE_CHECKING:
    from parity.pair import Pair

HORIZON = 1000
"""Steps over which two schedules are compared, unless one says where it ends."""


@dataclass(frozen=True)
class TrainingFacts:
    """Optimizers and losses, (Keras, Torch); rates and decays of both by Torch weight."""

    optimizers: tuple[OptimizerFacts, OptimizerFacts]
    losses: tuple[LossFacts, LossFacts]

    @property
    def rates_apart(self) -> tuple[int, float, float] | None:
        """First step and both learning rates at which the schedules part; None if they do not."""
        if self.unlike_rates is None:
            return None
        ours, theirs = self.unlike_rates
        step = int(_unlike(ours, theirs)[0])
        return step, float(ours[step]), float(theirs[step])

    @cached_property
    def unlike_rates(self) -> tuple[NDArray, NDArray] | None:
        """Learning rates of one weight for which they are not the same on both sides, up to the end of a schedule."""
        keras, torch = self.optimizers
        length = 1 + min([end for end in (keras.end, torch.end) if end is not None], default=HORIZON - 1)
        for path in sorted(keras.rates.keys() & torch.rates.keys()):
            ours, theirs = (np.array(_lengthened(facts.rates[path], length)) for facts in (keras, torch))
            if len(_unlike(ours, theirs)):
                return ours, theirs
        return None


def _unlike(ours: NDArray, theirs: NDArray) -> NDArray:
    return np.flatnonzero(~np.isclose(ours, theirs, rtol=1e-12, atol=1e-18))


def _lengthened(rates: Sequence[float], length: int) -> list[float]:
    """The last one stays."""
    return [*rates[:length], *[rates[-1]] * (length - len(rates))]


def training_facts(pair: Pair) -> TrainingFacts:
    """Ask both sides."""
    (ours, loss), (theirs, other) = pair.duo.both("training_facts", horizon=HORIZON)
    places = _places(pair)
    partners = _partners(pair, places)

    def in_torch(values: Mapping[str, Any]) -> dict[str, Any]:
        return {torch: values[keras] for torch, keras in partners.items() if keras in values}

    by_weight = {name: in_torch(getattr(ours, name)) for name in ("rates", "decays", "penalties")}
    each_clipped = (ours.numbers["clip"] or ("",))[0] == "clipnorm"
    pieces = {path: place.astype(int) for path, place in places.items()} if each_clipped else {}
    return TrainingFacts((replace(ours, **by_weight, pieces=pieces), theirs), (loss, other))


def _places(pair: Pair) -> dict[str, NDArray]:
    """Torch weights, each entry the number of the Keras weight that it holds, from one; 0 for none."""
    weights = enumerate(pair.weights[0].items(), 1)
    marks = {path: np.full(tensor.shape, float(number)) for number, (path, tensor) in weights}
    return pair.mapping.to_torch(marks)


def _partners(pair: Pair, places: Mapping[str, NDArray]) -> dict[str, str]:
    """Torch weights with the Keras weight that each holds, the first of several."""
    paths = list(pair.weights[0])
    firsts = {path: int(array.flat[0]) for path, array in places.items() if array.size}
    return {path: paths[number - 1] for path, number in firsts.items() if number > 0}
