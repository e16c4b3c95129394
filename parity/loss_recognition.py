"""Which losses two functions of the user's own are: told by their values on outputs near those of the models.

Where a model has several outputs, the loss of each is seen in what changes when that output alone does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from parity import draws
from parity.class_weights import Values, class_weights, positive_weight
from parity.errors import SideFailed
from parity.goals import Goals, Several, each_of
from parity.loss_variants import CHANGES, SUM, plain_binary, plain_entropies, rounds, weighted
from parity.pair import Pair
from parity.recording import LossFacts

PROBED = 3
EQUAL, NEAR = 1e-13, 1e-9
"""Relative: two losses are one, or differ by next to nothing, such as a smaller epsilon."""
DIGITS = 9
"""Of a factor behind the point."""
LARGE = 2**18
"""Losses of so many numbers are not tried with three changes."""

Arrays: TypeAlias = list[NDArray]
Losses: TypeAlias = tuple[LossFacts, LossFacts]
"""Of Keras and of PyTorch."""


@dataclass(frozen=True)
class Outputs:
    """All outputs of the models in the order of Keras, and the targets that they are trained with."""

    pair: Pair

    @cached_property
    def goals(self) -> Goals:
        goals: Goals = self.pair.chosen_plan.training[1]
        return goals[: len(next(iter(self._forward.values())))]

    @cached_property
    def arrays(self) -> tuple[NDArray, ...]:
        """As many rows as there are targets."""
        return tuple(array[: len(self.goals)] for array in self._forward.values())

    @property
    def names(self) -> tuple[str, ...]:
        """How the user calls them where there are several."""
        return self.goals.names if isinstance(self.goals, Several) else ("",)

    @cached_property
    def _forward(self) -> dict[str, NDArray]:
        return dict(self.pair.forward("float64", 0, False)[0].outputs)

    def recognised(self, losses: Losses) -> Losses:
        """(Keras, Torch); a function of the user's, or a sum with one in it, is of no kind where it is not known."""
        if not losses[0].parts:
            return _Loss(self, 0, losses).recognised()
        found = [_Loss(self, number, pair).recognised() for number, pair in enumerate(_by_output(losses))]
        keras, torch = zip(*found, strict=True)
        return _sum_of(losses[0], keras), _sum_of(losses[1], torch)

    def part(self, losses: Losses) -> bool:
        """Do the losses differ on the same outputs and targets?"""
        return any(_Loss(self, number, pair).part() for number, pair in enumerate(_by_output(losses)))

    def penalties(self) -> dict[str, float]:
        """What a loss of the user's own adds by hand in PyTorch, by weight."""
        duo = self.pair.duo
        outputs = self.arrays if len(self.arrays) > 1 else self.arrays[0]
        found: dict[str, float] = duo.ask(duo.torch, "penalties", outputs=outputs, targets=self.goals)
        return found


@dataclass(frozen=True)
class _Loss:
    """The loss of one output; that of either side may be a function of the user's.

    Args:
        outputs: of the models.
        number: of this output.
        facts: what each side says of its loss.
    """

    outputs: Outputs
    number: int
    facts: Losses

    def recognised(self) -> Losses:
        """A function of the user's is the variant of the other side's loss that has its values, maybe by class."""
        keras, torch = self._among((self._of_rank(facts) for facts in self.facts), ())
        if keras.kind and torch.kind:
            return keras, torch
        known = next((facts for facts in (keras, torch) if facts.kind), None)
        found = [*self._weighted(keras, torch, known), *self._positive(keras, torch, known)]
        return self._among((keras, torch), found) if found else (keras, torch)

    def part(self) -> bool:
        """Do the two differ on the same outputs and targets?"""
        return not _alike(self._of_keras(*self._probes), self._of_torch(*self._probes))

    @property
    def _output(self) -> NDArray:
        return self.outputs.arrays[self.number]

    @cached_property
    def _probes(self) -> tuple[Arrays, Arrays]:
        """Outputs near those of the model, and the targets."""
        goal = each_of(self.outputs.goals)[self.number]
        rows = len(goal)
        counts = [rows] * (PROBED - 1) + [max(rows // 2, min(rows, 2))]  # as many rows as classes hide what is summed
        return [_near(self._output, n)[:count] for n, count in enumerate(counts)], [goal[:count] for count in counts]

    def _among(self, both: Iterable[LossFacts], known: Sequence[LossFacts]) -> Losses:
        """Of a loss that is a function of the user's the one of its values: a variant of ``known``, or of the other."""
        keras, torch = both
        if keras.kind and torch.kind:
            return keras, torch
        outputs, targets = self._probes
        ours = [] if keras.kind else self._of_keras(outputs, targets)
        theirs = [] if torch.kind else self._of_torch(outputs, targets)
        most = 2 if outputs[0].size > LARGE else CHANGES
        known = known or [facts for facts in (keras, torch) if facts.kind]
        for variants in rounds(known, most, sequences=self._output.ndim > 2):
            tried = self._by_facts(variants, outputs[:1], targets[:1])
            wanted = [*ours[:1], *theirs[:1]]
            near = [v for v, values in zip(variants, tried, strict=True) if any(_alike(values, [w]) for w in wanted)]
            tried = self._by_facts(near, outputs, targets)
            keras = keras if keras.kind else _recognised(keras, ours, near, tried)
            torch = torch if torch.kind else _recognised(torch, theirs, near, tried)
            if keras.kind and torch.kind:
                break
        return self._multiple(keras, ours, torch), self._multiple(torch, theirs, keras)

    def _multiple(self, facts: LossFacts, values: Sequence[float], other: LossFacts) -> LossFacts:
        """A loss that is so many times the other side's."""
        if facts.kind or not other.kind:
            return facts
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios = np.array(values) / np.array(self._by_facts([other], *self._probes)[0])
        if not np.isfinite(ratios).all() or not ratios[0] or not _alike(ratios, [ratios[0]]):
            return facts
        times = (other.numbers.get("times") or 1.0) * float(ratios[0])
        return replace(other, native=facts.native, numbers={**other.numbers, "times": round(times, DIGITS)})

    def _weighted(self, keras: LossFacts, torch: LossFacts, known: LossFacts | None) -> Iterator[LossFacts]:
        """A plain loss with the weights of classes of each loss whose formula is not known."""
        plain, (outputs, targets) = plain_entropies(known), self._probes
        for values in self._unknown_values(keras, torch, plain):
            with suppress(SideFailed):  # not every loss takes targets of one class
                weights = class_weights(values, outputs, targets[0])
                yield from [weighted(plain[0], weights)] if weights else []

    def _positive(self, keras: LossFacts, torch: LossFacts, known: LossFacts | None) -> Iterator[LossFacts]:
        """A plain binary loss with what a one counts in each loss whose formula is not known."""
        plain, (outputs, targets) = plain_binary(known), self._probes
        for values in self._unknown_values(keras, torch, plain):
            with suppress(SideFailed):
                found = positive_weight(values, outputs, targets[0])
                if found:
                    more, scale = found
                    factor = None if math.isclose(scale, 1.0) else scale
                    yield replace(plain[0], numbers={**plain[0].numbers, "positive_weight": more, "factor": factor})

    def _unknown_values(self, keras: LossFacts, torch: LossFacts, plain: list[LossFacts]) -> Iterator[Values]:
        """What each loss whose formula is not known gives, beside plain ones."""

        def beside_plain(own: Callable[[Arrays, Arrays], list[float]]) -> Values:
            return lambda x, y: (own(x, y), self._by_facts(plain, x, y))

        asked = ((keras, self._of_keras), (torch, self._of_torch))
        yield from (beside_plain(own) for facts, own in asked if not facts.kind)

    def _of_rank(self, facts: LossFacts) -> LossFacts:
        """Axis 1 of PyTorch is the last axis of Keras, but for sequences; a mean over rows is one over samples."""
        numbers = dict(facts.numbers)
        if self._output.ndim != 3 and "class_axis" in numbers:
            numbers["class_axis"] = "last"
        if self._output.ndim <= 2 and numbers.get("reduce") == "samples":
            numbers["reduce"] = "mean"
        return replace(facts, numbers=numbers)

    def _of_keras(self, outputs: Arrays, targets: Arrays) -> list[float]:
        """Values of Keras's loss."""
        duo = self.outputs.pair.duo
        asked = self._with_bases(outputs, targets)
        values = duo.ask(duo.keras, "loss_values", outputs=asked[0], targets=asked[1], part=self.number)
        return self._changes(values)

    def _of_torch(self, outputs: Arrays, targets: Arrays) -> list[float]:
        """Values of Torch's loss, where the other outputs are what they are."""
        duo = self.outputs.pair.duo
        asked = [self._among_others(*each) for each in zip(*self._with_bases(outputs, targets), strict=True)]
        values = duo.ask(duo.torch, "loss_values", outputs=[x for x, _ in asked], targets=[y for _, y in asked])
        return self._changes(values)

    def _by_facts(self, candidates: Sequence[LossFacts], outputs: Arrays, targets: Arrays) -> list[list[float]]:
        """Values of losses whose formula is known."""
        duo = self.outputs.pair.duo
        asked = self._with_bases(outputs, targets)
        options = {"candidates": list(candidates), "outputs": asked[0], "targets": asked[1], "part": self.number}
        return [self._changes(values) for values in duo.ask(duo.torch, "formula_values", **options)]

    @property
    def _is_one_of_several(self) -> bool:
        return isinstance(self.outputs.goals, Several)

    def _with_bases(self, outputs: Arrays, targets: Arrays) -> tuple[Arrays, Arrays]:
        """Behind them others, from which the loss of one output of several is counted."""
        if not self._is_one_of_several:
            return outputs, targets
        return [*outputs, *map(_base, outputs)], [*targets, *targets]

    def _changes(self, values: Sequence[float]) -> list[float]:
        if not self._is_one_of_several:
            return list(values)
        half = len(values) // 2
        return [value - base for value, base in zip(values[:half], values[half:], strict=True)]

    def _among_others(self, output: NDArray, target: NDArray) -> tuple[NDArray | tuple[NDArray, ...], Goals]:
        """All outputs and targets, of which these are the ones of this loss."""
        goals, rows = self.outputs.goals, len(output)
        if not isinstance(goals, Several):
            return output, target
        outputs = [array[:rows] for array in self.outputs.arrays]
        arrays = [array[:rows] for array in goals.arrays]
        outputs[self.number], arrays[self.number] = output, target
        return tuple(outputs), replace(goals, arrays=tuple(arrays))


def _near(output: NDArray, number: int) -> NDArray:
    near: NDArray = output * (0.9 + 0.2 * draws.uniform(output.shape, "loss", number))
    return near


def _base(output: NDArray) -> NDArray:
    """Alike for every row: some rows alone have the base that they have among all."""
    base: NDArray = output * (0.9 + 0.2 * draws.uniform(output.shape[-1:], "base"))
    return base


def _by_output(losses: Losses) -> Iterator[Losses]:
    return zip(*(each.parts or (each,) for each in losses), strict=True)


def _sum_of(whole: LossFacts, parts: Sequence[LossFacts]) -> LossFacts:
    """Of no kind if one of them is of none."""
    return replace(whole, kind=SUM if all(part.kind for part in parts) else "", parts=tuple(parts))


def _recognised(
    facts: LossFacts, values: Sequence[float], variants: Sequence[LossFacts], tried: Sequence[Sequence[float]]
) -> LossFacts:
    """The first variant with these values, rounding apart; else the first that is near, or ``facts``."""
    for bound in (EQUAL, NEAR):
        for variant, found in zip(variants, tried, strict=True):
            if _alike(found, values, bound):
                return variant
    return facts


def _alike(first: Sequence[float] | NDArray, second: Sequence[float], bound: float = NEAR) -> bool:
    return bool(np.allclose(first, second, rtol=bound, atol=0))
