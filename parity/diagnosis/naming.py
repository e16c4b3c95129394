"""Name the cause of a fault: the suspicion that brings the value back, at the operation itself or in front of it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from parity.compare import Difference
from parity.diagnosis.faults import OTHER_FUNCTION, Fault
from parity.diagnosis.grouping import axes_exchanged, parts_exchanged
from parity.diagnosis.in_front import InFront
from parity.diagnosis.known import VANISHED, Known, feeding
from parity.diagnosis.loops import rounds, ways
from parity.diagnosis.probing import Run
from parity.diagnosis.sites import completions, sites
from parity.errors import SideFailed
from parity.hypotheses import OTHER_ACTIVATION, PRODUCTS, trials
from parity.matching import RECURRENT, upstream
from parity.recording import NO_FAULT, Event, Probe, Trial

MOST_OF_IT = 0.5
"""The first of two faults is taken away if no more of the numbers than this share of them are still off."""
HANDED_OTHERWISE = ("wiring-other", "attention-norm-position", "branch-missing", "scale-other")
WEIGHTS = ("softmax", "divide")
"""What makes the weights of an attention, by hand with a division."""
OF_DIRECTIONS = ("bidirectional-last-step", "bidirectional-order")
HANDED_ON = (*OF_DIRECTIONS, "recurrent-last-step", "recurrent-masked-output")


class Naming(Known):
    """Names faults of layers and of operations between them."""

    @property
    def _in_front(self) -> InFront:
        return InFront(self.alignment, self.partners, self.loose, self.probing, self.evidence)

    def trials(self, k: int, t: int) -> tuple[Trial, ...]:
        """What is worth a try where these two part."""
        return trials(self.evidence.suspect(k, t))

    def fault(self, k: int, t: int, run: Run, tried: Sequence[Trial]) -> Fault:
        """What a run with ``tried`` shows of two operations on the same inputs."""
        probed = run.found[t]
        same = any(trial.rule == NO_FAULT and after == 0.0 for trial, after in zip(tried, probed.trials, strict=True))
        found = Difference(0.0) if same else probed.differences[k]
        return self.with_cause(k, t, found, tried, probed.trials)

    def named(self, k: int, t: int, fault: Fault) -> Fault:
        """The fault with a better cause, where there is one in front of the operation."""
        found = self._in_front.cause(k, t, fault) if _unnamed(fault) else fault
        if fault.cause and fault.cause[0] in OF_DIRECTIONS and found.cause and found.cause[0] == "concat-order":
            found = fault  # of two directions that are joined, that is the name
        return self._at_softmax(self._handed_on(found))

    def completed(self, k: int, t: int, fault: Fault, like: Fault | None = None) -> Fault:
        """The fault with what a line of hand-written code leaves out in front of the operation, or at it.

        Args:
            k, t: where it shows.
            fault: what is known of it.
            like: another one that has been completed; only the same line is looked at, for the same cause.
        """
        if self.alignment.keras[k].layer in self.alone_in_keras:
            return fault
        for site, trial in self._completions(k, t):
            event = self.alignment.torch[site[-1]]
            if like is not None and (event.line, trial.rule) != (like.torch.line, (like.cause or ("",))[0]):
                continue
            after = self._with_site(k, t, site, trial)
            if after <= VANISHED:
                keras = feeding(self.alignment.keras, fault.keras) if fault.fed else fault.keras
                return replace(fault, keras=keras, torch=event, cause=(trial.rule, after), fed=False, handed=False)
        again = like is not None and like.by == OTHER_FUNCTION and self.alignment.torch[t].line == like.torch.line
        return self._with_other_function(k, t, fault) if (like is None or again) and not fault.fed else fault

    def looped(self, k: int, t: int, fault: Fault) -> Fault:
        """The fault of a recurrence that PyTorch's code goes through in a loop over a cell, with its cause."""
        kind, numbers = self.alignment.keras[k].kind, list[int]()
        if fault.cause is None and kind in RECURRENT:
            numbers = rounds(self.alignment.torch, kind)
        given = next(iter(self.evidence.given(k)), None)
        if not numbers or given is None or given.ndim != 3:
            return fault
        for rule, altered in ways(numbers, given):
            after = self._without(k, t, altered, fault)
            if after <= VANISHED:
                return replace(fault, torch=self.alignment.torch[min(altered)], cause=(rule, after))
        return fault

    def _without(self, k: int, t: int, altered: Mapping[int, Probe], fault: Fault) -> float:
        """The figure of an operation in an altered run; of the outputs, where the operation has no counterpart."""
        if math.isfinite(fault.found.figure):
            run = self._run({t: self.probing.operation(k, ()), **altered}) if t not in altered else None
            return self._with_last(k, t, altered) if run is None else run.figure(k, t)
        try:
            run = self.probing.run(altered)
        except SideFailed:
            return math.inf
        return max(self.probing.output(run, name).figure for name in self.probing.keras.outputs)

    def _with_last(self, k: int, t: int, altered: Mapping[int, Probe]) -> float:
        """The same, where the operation is the last one that is altered."""
        trial = altered[t].alter if t in altered else None
        run = None if trial is None else self._run({**altered, t: self.probing.operation(k, (trial,))})
        return math.inf if run is None else run.found[t].trials[0]

    def _completions(self, k: int, t: int) -> Iterator[tuple[tuple[int, ...], Trial]]:
        """Every site in front of the operation, or at it, with each thing that it may leave out, and its own input."""
        events, inputs = self.alignment.torch, tuple(self.evidence.inputs.values())
        for site in sites(events, sorted({*self.alignment.above_in_torch(t), t})):
            for trial in completions(events[site[-1]], inputs):
                yield site, trial
        for value in self.evidence.given(k):
            if value.shape == self.alignment.keras[k].shape:
                yield (t,), Trial("branch-missing", "with term", {"kind": "add", "value": value})

    def two_at_once(self, k: int, t: int, fault: Fault) -> tuple[Fault, Fault] | None:
        """Features that are read in another way, and what a line leaves out beside that: neither alone is enough.

        The first must bring most of the value back; either is then judged with the other one taken away.
        """
        events, anchors = self.alignment.torch, set(self.alignment.anchors.values())
        for rule, altered in (*parts_exchanged(events, t, anchors), *axes_exchanged(events, t, anchors)):
            run = self._run({t: self.probing.operation(k), **altered})
            partly = fault.found if run is None else run.found[t].differences[k]
            if partly.share < MOST_OF_IT * fault.found.share:
                first = replace(fault, torch=events[min(altered)], cause=(rule, 0.0))
                return self._and_another(k, t, altered, first, replace(fault, found=partly))
        return None

    def _and_another(
        self, k: int, t: int, altered: Mapping[int, Probe], first: Fault, second: Fault
    ) -> tuple[Fault, Fault] | None:
        """Both faults with their figures, if some line explains what is left when the first is taken away."""
        for site, trial in self._completions(k, t):
            after = self._with_site(k, t, site, trial, altered)
            if after <= VANISHED and first.cause is not None:
                alone = replace(first.found, figure=self._with_site(k, t, site, trial))
                second = replace(second, torch=self.alignment.torch[site[-1]], cause=(trial.rule, after))
                return replace(first, found=alone, cause=(first.cause[0], after)), second
        return None

    def _run(self, altered: Mapping[int, Probe]) -> Run | None:
        """All layers on the reference's values but for those that are altered; None where that does not run."""
        try:
            return self.probing.run(self.probing.forced(self.alignment.anchors) | dict(altered))
        except SideFailed:
            return None

    def _with_other_function(self, k: int, t: int, fault: Fault) -> Fault:
        """The fault where both sides bend one value, each by functions of its own."""
        curve = self.evidence.curve(k, t)
        if curve is None:
            return fault
        value, (xs, ys) = curve
        trial = Trial(OTHER_ACTIVATION, "recompute", {"value": value, "kind": "mapped", "xs": xs, "ys": ys})
        after = self._with_site(k, t, (t,), trial)
        return replace(fault, cause=(trial.rule, after), by=OTHER_FUNCTION) if after <= VANISHED else fault

    def _with_site(
        self, k: int, t: int, site: Sequence[int], trial: Trial, beside: Mapping[int, Probe] | None = None
    ) -> float:
        """The figure of an operation in a run with the trial at every operation of a site, and what is done beside."""
        altered = {number: Probe(alter=trial) for number in site}
        name = self._output_moved_behind(k, t)
        if name is not None:
            run = self._run({**(beside or {}), **altered})
            return math.inf if run is None else self.probing.output(run, name).figure
        altered.pop(t, None)
        last = self.probing.operation(k, (trial,) if t in site else ())
        run = self._run({**(beside or {}), **altered, t: last})
        if run is None:
            return math.inf
        return run.found[t].trials[0] if t in site else run.figure(k, t)

    def _output_moved_behind(self, k: int, t: int) -> str | None:
        """The output that two operations make, where its axes are moved behind them: only it can be compared."""
        moved = self.alignment.keras[k].shape != self.alignment.torch[t].shape
        return next((name for name, ends in self.alignment.ends.items() if moved and ends == (k, t)), None)

    def _handed_on(self, fault: Fault) -> Fault:
        """How a recurrent layer is read is the matter of that layer, not of the next one that shows it."""
        if not fault.fed or fault.cause is None or fault.cause[0] not in HANDED_ON:
            return fault
        keras = feeding(self.alignment.keras, fault.keras)
        return replace(fault, keras=keras, torch=feeding(self.alignment.torch, fault.torch))

    def _at_softmax(self, fault: Fault) -> Fault:
        """Weights of an attention that stand the wrong way in a product: they were made so, or are only handed on so.

        They were made so if their scores are not those of the other side, or may be, for want of names that tell
        queries from keys.
        """
        rule, after = fault.cause or ("", 0.0)
        if rule != "softmax-axis" or fault.torch.kind not in PRODUCTS:
            return fault
        events, between = self.alignment.torch, self.alignment.above_in_torch(self.alignment.torch.index(fault.torch))
        made = [n for n in between if events[n].kind in WEIGHTS and n in fault.torch.sources]
        equal = {t: k for k, t in self.partners.items()}
        if not made or (made[-1] in equal and not self._open(made[-1])):
            return replace(fault, cause=("permute-axes", after))
        k = equal.get(made[-1], _last_of(self.alignment.keras, self.alignment.keras.index(fault.keras), "softmax"))
        keras = fault.keras if k is None else self.alignment.keras[k]
        return replace(fault, keras=keras, torch=events[made[-1]])

    def _open(self, t: int) -> bool:
        """Two of the layers that feed a Torch operation could as well change places."""
        back = {t: self.alignment.keras[k].layer for k, t in self.alignment.anchors.items()}
        near = {back.get(n) for n in upstream(self.alignment.torch, self.alignment.anchors_in_torch)[t]}
        return any(len(near & set(group)) > 1 for group in self.evidence.pair.match.rivals)


def _last_of(events: Sequence[Event], number: int, kind: str) -> int | None:
    """The last operation of a kind up to this one."""
    return next((n for n in range(number, -1, -1) if events[n].kind == kind), None)


def _unnamed(fault: Fault) -> bool:
    """No cause, or only that its input is another."""
    return fault.cause is None or fault.cause[0] in HANDED_OTHERWISE or (fault.fed and fault.cause[0] in HANDED_ON)
