"""The layers agree and an output does not: something at the end is missing on one side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from parity.compare import PROOF_BOUND, difference
from parity.diagnosis.evidence import straight
from parity.diagnosis.faults import Fault
from parity.diagnosis.known import VANISHED, Known
from parity.diagnosis.probing import Run
from parity.hypotheses import all_extra, extra, missing
from parity.likeness import own_word
from parity.recording import Probe, Trial
from parity.shapes import longer_axes
from parity.surroundings import downstream, upstream

EXCHANGED = "output-order"


def once(faults: Iterable[Fault]) -> list[Fault]:
    """The faults of several outputs, each place once, and one exchange for all that change places."""
    found: dict[Any, Fault] = {}
    for fault in faults:
        exchanged = fault.cause is not None and fault.cause[0] == EXCHANGED
        found.setdefault(EXCHANGED if exchanged else (id(fault.keras), id(fault.torch)), fault)
    return list(found.values())


class AtEnd(Known):
    """Names what stands behind the last layers."""

    def faults(self, name: str, run: Run) -> list[Fault]:
        """Of an output that differs in a run in which all layers agree."""
        other = self._other_output(name, run)
        ours, theirs = self._behind(name)
        k = ours[-1] if ours else self._ends_in(name)
        t = theirs[-1] if theirs else self._met(k)
        if other is not None:
            fault = Fault(self.alignment.keras[k], self.alignment.torch[t], self.probing.output(run, name))
            return [replace(fault, cause=(EXCHANGED, other))]
        if k in self.loose:
            return []
        squeezed = self._squeezed(name, run)
        if squeezed is not None:
            fault = Fault(self.alignment.keras[k], self.alignment.torch[t], self.probing.output(run, name))
            return [replace(fault, cause=("output-squeezed", squeezed))]
        direct = [straight(self.alignment.keras, k), straight(self.alignment.torch, t)]
        events = [self.alignment.keras[n] for n in ours]
        maps = self.evidence.maps(ours)
        tried = missing(events, self.evidence.weights, {}, after=True, straight=direct[0], maps=maps)
        tried += extra(self.alignment.torch[t], self.alone_in_torch, direct[1], at_end=True)
        wanted = self.probing.keras.outputs[name]
        tried += [Trial("scale-other", "scaled to", {"reference": wanted})] * bool(ours)
        tried += [Trial("shift-other", "shifted to", {"reference": wanted})] * bool(ours)
        goal = Probe({k: wanted}, trials=tuple(tried), target=k)
        figures = self.probing.run(self.forced() | {t: goal}).found[t].trials
        fault = self.with_cause(k, t, self.probing.output(run, name), tried, figures)
        return [fault if fault.cause is not None or ours else self._without_all(theirs, goal, fault)]

    def _squeezed(self, name: str, run: Run) -> float | None:
        """The figure of an output that has axes of length one on one side alone, without them."""
        wanted, found = self.probing.keras.outputs[name], run.outputs.get(name)
        if found is None or found.shape == wanted.shape or longer_axes(found.shape) != longer_axes(wanted.shape):
            return None
        figure = difference(wanted, found.reshape(wanted.shape), PROOF_BOUND).figure
        return figure if figure <= VANISHED else None

    def _behind(self, name: str) -> tuple[list[int], list[int]]:
        """What either side alone does behind the last layers; of several outputs, for this one where that is known."""
        ours = sorted(self.alignment.tail_in_keras() - self.partners.keys())
        theirs = sorted(self.alignment.tail_in_torch() - set(self.partners.values()))
        ends = [end for end in self.probing.keras.ends.get(name, ()) if end >= 0]
        if len(self.probing.keras.outputs) == 1 or not ends:
            return ours, theirs
        leading = {*ends, *(number for end in ends for number in self.alignment.above_in_keras(end))}
        ours = [number for number in ours if number in leading]
        reached = downstream(self.alignment.torch, {self._met(max(ends))})
        return ours, [number for number in theirs if number in reached]

    def _ends_in(self, name: str) -> int:
        """The Keras operation that makes an output, or the last one."""
        return max(self.probing.keras.ends.get(name, ()), default=-1) % len(self.alignment.keras)

    def _met(self, k: int) -> int:
        """The last Torch operation that stands where one stands from which Keras makes the value of ``k``."""
        met, unseen = set[int](), [k]
        pairs = {**self.partners, **self.alignment.anchors}
        while unseen:
            number = unseen.pop()
            if number in pairs:
                met.add(pairs[number])
            elif number >= 0:
                unseen += self.alignment.keras[number].sources
        return max(met, default=len(self.alignment.torch) - 1)

    def _without_all(self, theirs: Sequence[int], goal: Probe, fault: Fault) -> Fault:
        """The fault with its cause, if it is everything that PyTorch does behind the last layers."""
        trial = all_extra([self.alignment.torch[n] for n in theirs])
        if trial is None:
            return fault
        *others, last = theirs
        altered = {n: Probe(alter=trial) for n in others} | {last: replace(goal, trials=(trial,))}
        after = self.probing.run(self.forced() | altered).found[last].trials[0]
        return replace(fault, cause=(trial.rule, after)) if after <= VANISHED else fault

    def _other_output(self, name: str, run: Run) -> float | None:
        """The figure of another output of PyTorch that is this one of Keras.

        Two outputs made alike say nothing, unless names say it: it may be their layers that are paired crosswise.
        """
        wanted, made = self.probing.keras.outputs[name], self._made_by(name)
        shared = (run.outputs.keys() & self.probing.keras.outputs.keys()) - {name}
        others = [each for each in sorted(shared) if self._made_by(each) != made or self._told_apart(name, each)]
        figures = [difference(wanted, run.outputs[other], PROOF_BOUND).figure for other in others]
        return next((figure for figure in figures if figure <= VANISHED), None)

    def _told_apart(self, *names: str) -> bool:
        """Words that only they have say which of the layers of two outputs is which."""
        last = [self._last_layer(name) for name in names]
        if None in last or len(set(last)) < len(last):
            return False
        ours, theirs = zip(*(pair for pair in last if pair), strict=True)
        return all(own_word(k, ours) & own_word(t, theirs) for k, t in zip(ours, theirs, strict=True))

    def _last_layer(self, name: str) -> tuple[str, str] | None:
        """Paths of the one layer that an output comes from by no other."""
        end, anchors = self._ends_in(name), self.alignment.anchors
        nearest = {end} if end in anchors else upstream(self.alignment.keras, anchors)[end]
        if len(nearest) != 1 or not nearest <= anchors.keys():
            return None
        (k,) = nearest
        return self.alignment.keras[k].path, self.alignment.torch[anchors[k]].path

    def _made_by(self, name: str) -> tuple[str, tuple[int, ...]]:
        """Kind and shape of the Keras operation that gives an output."""
        wanted = self.probing.keras.outputs[name]
        for number in reversed(range(len(self.alignment.keras))):
            value, event = self.probing.keras.values.get(number), self.alignment.keras[number]
            if value is not None and np.array_equal(value, wanted):
                return event.kind, event.shape
        return "", wanted.shape
