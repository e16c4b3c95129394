"""The layers agree and an output does not: something at the end is missing on one side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from parity.compare import PROOF_BOUND, difference
from parity.diagnosis.evidence import straight
from parity.diagnosis.faults import Fault
from parity.diagnosis.known import VANISHED, Known
from parity.diagnosis.probing import Run
from parity.hypotheses import all_extra, extra, missing
from parity.recording import Probe
from parity.surroundings import downstream


class AtEnd(Known):
    """Names what stands behind the last layers."""

    def faults(self, name: str, run: Run) -> list[Fault]:
        """Of an output that differs in a run in which all layers agree."""
        other = self._other_output(name, run)
        ours, theirs = self._behind(name)
        k = ours[-1] if ours else len(self.alignment.keras) - 1
        t = theirs[-1] if theirs else self._met(k)
        if other is not None:
            fault = Fault(self.alignment.keras[k], self.alignment.torch[t], self.probing.output(run, name))
            return [replace(fault, cause=("output-order", other))]
        if k in self.loose:
            return []
        direct = [straight(self.alignment.keras, k), straight(self.alignment.torch, t)]
        events = [self.alignment.keras[n] for n in ours]
        maps = self.evidence.maps(ours)
        tried = missing(events, self.evidence.weights, {}, after=True, straight=direct[0], maps=maps)
        tried += extra(self.alignment.torch[t], self.alone_in_torch, direct[1], at_end=True)
        goal = Probe({k: self.probing.keras.outputs[name]}, trials=tuple(tried), target=k)
        figures = self.probing.run(self.forced() | {t: goal}).found[t].trials
        fault = self.with_cause(k, t, self.probing.output(run, name), tried, figures)
        return [fault if fault.cause is not None or ours else self._without_all(theirs, goal, fault)]

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

        Two outputs made alike say nothing: it may be their layers that are paired crosswise.
        """
        wanted, made = self.probing.keras.outputs[name], self._made_by(name)
        shared = (run.outputs.keys() & self.probing.keras.outputs.keys()) - {name}
        others = [other for other in sorted(shared) if self._made_by(other) != made]
        figures = [difference(wanted, run.outputs[other], PROOF_BOUND).figure for other in others]
        return next((figure for figure in figures if figure <= VANISHED), None)

    def _made_by(self, name: str) -> tuple[str, tuple[int, ...]]:
        """Kind and shape of the Keras operation that gives an output."""
        wanted = self.probing.keras.outputs[name]
        for number in reversed(range(len(self.alignment.keras))):
            value, event = self.probing.keras.values.get(number), self.alignment.keras[number]
            if value is not None and np.array_equal(value, wanted):
                return event.kind, event.shape
        return "", wanted.shape
