"""Judge two recorded training runs, quantity by quantity; for the rungs ``step`` and ``trajectory``."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from numpy.typing import NDArray

from parity.adam_response import Response, Update, explained
from parity.arrays import peak
from parity.compare import PROOF_BOUND, Difference, Sized, compare_all, difference
from parity.ladder.findings import Findings
from parity.pair import Pair
from parity.probes import VANISHING, vanishing
from parity.recording import Arrays
from parity.threads import each_behind

MOVED = 1e-7
UPDATES = 3
END = -1
UNTIMED = frozenset({"seconds"})
OF_GRADIENTS = frozenset({"momentum", "average_gradient", "norm"})
"""Slots as large as gradients; others hold their squares, or nobody knows what."""


@dataclass
class Runs:
    """The two runs of one pair and what was found in them.

    Args:
        figures: the worst figure of each quantity.
        first: step and quantity of the first difference beyond the bound.
        amplified: figures of weights beyond the bound before they were judged by what Adam makes of a gradient.
    """

    pair: Pair
    findings: Findings
    bound: float
    figures: dict[str, float] = field(default_factory=dict)
    first: tuple[int, str] | None = None
    amplified: dict[str, float] = field(default_factory=dict)

    def judge(self, quantity: str, step: int, place: str, found: Difference) -> None:
        """Record one comparison; steps count from 0."""
        self.figures[quantity] = max(self.figures.get(quantity, 0.0), found.figure)
        if not self.findings.judge(place, found, self.bound) and (self.first is None or step < self.first[0]):
            self.first = (step, quantity)

    def judge_step(self, step: int) -> None:
        """Loss and learning rates of one step."""
        keras, torch = self.pair.trained
        self.judge("loss", step, f"loss of step {step + 1}", apart(keras.losses[step], torch.losses[step]))
        groups = len(keras.rates[step]), len(torch.rates[step])
        if groups[0] != groups[1]:
            self.findings.violate(f"step {step + 1}: keras has {groups[0]} learning rates, torch {groups[1]}")
        for ours, theirs in zip(keras.rates[step], torch.rates[step], strict=False):
            self.judge("learning_rate", step, f"learning rate of step {step + 1}", apart(ours, theirs))

    def judge_state(self, step: int, place: str) -> None:
        """Weights, statistics and optimizer slots after one step; ``step`` -1 is the end."""
        when = len(self.pair.trained[0].losses) - 1 if step == END else step
        names = [set(run.kept[step]) for run in self.pair.trained]
        if names[0] != names[1] and not any(run.opaque for run in self.pair.trained):
            self.findings.violate(f"optimizer slots: keras keeps {_listed(names[0])}, torch {_listed(names[1])}")
        known = step == END and 0 <= when < UPDATES and when in self.pair.trained[0].kept  # the rung step judges them
        self._judge_weights(step, when, place)
        for slot in () if known else sorted((names[0] & names[1]) - {"weights"}, reverse=True):
            self._judge_slot(slot, step, when, place)

    def _judge_weights(self, step: int, when: int, place: str) -> None:
        """A tensor without a place on the other side is the matter of the rung ``parameters``."""
        for path, found in self._weights_apart(step, when).items():
            self.judge("statistics" if _is_statistic(path) else "weights", when, f"{path} {place}", found)

    def _weights_apart(self, step: int, when: int) -> dict[str, Difference]:
        """A state that was proven after its step is not fetched again if the run ended in it."""
        trained, proven = self.pair.trained, self.pair.proven_state
        if step == END and all(run.settled for run in trained):
            step = when
        if proven is not None and proven[0] is trained and proven[1] == step:
            return proven[2]
        found: dict[str, Difference] = {}
        for part in each_behind(self._apart, self.pair.trained_state(step, "weights")):
            found |= part
        judged = {
            path: found[path] if _is_statistic(path) else self._explained(path, step, when, found[path])
            for path in self._in_order(found)
        }
        if all(each.figure <= PROOF_BOUND for each in judged.values()):
            self.pair.proven_state = trained, step, judged
        return judged

    def _apart(self, ours: Arrays, theirs: Arrays) -> dict[str, Difference]:
        return {path: difference(array, theirs[path], self.bound) for path, array in ours.items() if path in theirs}

    def _judge_slot(self, slot: str, step: int, when: int, place: str) -> None:
        found: dict[str, Sized] = {}
        compare = partial(compare_all, bound=self.bound, what="such a slot")
        for part in each_behind(compare, self.pair.trained_state(step, slot)):
            found |= part
        for path in self._in_order(found.keys() - self._rounding(slot, found)):
            self.judge("slots", when, f"slot {slot} of {path} {place}", found[path].difference)

    def _rounding(self, slot: str, found: Mapping[str, Sized]) -> frozenset[str]:
        """Weights whose slots hold rounding alone: of a gradient that was known to be, or of none larger so far.

        On the batches of a run a gradient may vanish that does not on the case of the probe: that of a shift in front
        of a rectifier and a norm, where no row is cut.
        """
        share = VANISHING if slot in OF_GRADIENTS else VANISHING**2
        return (self.pair.rounding & vanishing(found)) | vanishing(found, share)

    def _in_order(self, paths: Collection[str]) -> list[str]:
        """As the Keras model has them."""
        return [each.path for each in self.pair.descriptions[0].parameters if each.path in paths]

    def _explained(self, path: str, step: int, when: int, found: Difference) -> Difference:
        """The difference as it stands; weights beyond the bound are judged by what Adam makes of a gradient."""
        if found.figure <= self.bound or found.reason:
            return found
        held = [(o[path], t[path]) for o, t in self.pair.trained_state(step, "weights", path) if path in o]
        keras, torch = held[0]
        if max(peak(keras), peak(torch)) < VANISHING * self._largest_weight:  # began at zero, moved by rounding
            return Difference(0.0)
        response = self._response(path, when)
        if response is None:
            return found
        self.amplified[path] = found.figure
        return explained(keras, torch, response, self.bound)

    @cached_property
    def _largest_weight(self) -> float:
        return max((peak(array) for array in self.pair.weights[0].values()), default=0.0)

    def _response(self, path: str, when: int) -> Response | None:
        """What Adam makes of the rounding of a gradient; None of another optimizer."""
        run = self.pair.trained[0]
        if not {"eps", "betas"} <= run.numbers.keys():
            return None
        updates = []
        for step in range(when + 1):
            kept = step if step in run.kept else END if step == len(run.losses) - 1 else None
            velocity = None if kept is None or "velocity" not in run.kept[kept] else self._velocity(kept, path)
            if velocity is not None:
                updates.append(Update(velocity, max(run.rates[step]), 1 - run.numbers["betas"][1] ** (step + 1)))
        return Response(tuple(updates), run.numbers["eps"]) if updates else None

    def _velocity(self, step: int, path: str) -> NDArray | None:
        """Adam's, of Keras."""
        duo, paths = self.pair.duo, frozenset([path])
        held: Arrays = duo.ask(duo.keras, "trained", step=step, what="velocity", paths=paths)
        return held.get(path)

    @property
    def still(self) -> str | None:
        """Why a pass would mean nothing: nothing was learned."""
        if self.pair.moved > MOVED:
            return None
        return f"training hardly moves the weights: by {self.pair.moved:.1e} of the peak (needed {MOVED:.0e})"

    def details(self) -> dict[str, Any]:
        keras, torch = self.pair.trained
        plan = self.pair.chosen_plan
        return {
            "recipe": plan.recipe or f"adam on {plan.options['loss']}",
            "options": {n: v for n, v in plan.options.items() if not callable(v) and not isinstance(v, frozenset)},
            "figures": self.figures,
            "steps": {"keras": len(keras.losses), "torch": len(torch.losses)},
            "epochs": {"keras": keras.epochs, "torch": torch.epochs},
            "first_difference": None if self.first is None else {"step": self.first[0] + 1, "quantity": self.first[1]},
            "zero_on_both_sides": sorted(self.pair.rounding),
            "amplified": self.amplified,
            "moved": self.pair.moved,
        }


def apart(keras: float, torch: float) -> Difference:
    """Two numbers, relative to the larger one."""
    if keras == torch:
        return Difference(0.0)
    if not (math.isfinite(keras) and math.isfinite(torch)):
        return Difference(math.inf, (), keras, torch, 1.0, f"not finite: keras {keras}, torch {torch}")
    return Difference(abs(keras - torch) / max(abs(keras), abs(torch)), (), keras, torch, 1.0)


def _is_statistic(path: str) -> bool:
    return path.rpartition("/")[2].startswith("moving_")


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names - {"weights"})) or "none"
