"""Name the cause of a fault: the suspicion that brings the value back, at the operation itself or in front of it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from parity.compare import PROOF_BOUND, Difference, difference
from parity.diagnosis.alignment import ROOTS, Alignment
from parity.diagnosis.evidence import Evidence, straight
from parity.diagnosis.faults import LAST_RESORT, Fault
from parity.diagnosis.grouping import (
    angles_exchanged,
    axes_exchanged,
    cut_otherwise,
    heads_exchanged,
    other_axes_of_norms,
    pairs_exchanged,
    parts_exchanged,
    terms_turned,
)
from parity.diagnosis.loops import rounds, ways
from parity.diagnosis.probing import Probing, Run
from parity.diagnosis.sites import completions, places, sites
from parity.errors import SideFailed
from parity.hypotheses import (
    FACTORS,
    OTHER_ACTIVATION,
    PRODUCTS,
    all_extra,
    extra,
    kernels_before,
    masked,
    missing,
    packed_bias,
    trials,
    wired,
)
from parity.matching import ACTIVATIONS, MASKING, RECURRENT, family, upstream
from parity.recording import NO_FAULT, Event, Probe, Trial
from parity.rules.book import RULES
from parity.surroundings import downstream

VANISHED = 1e-9
MOST_OF_IT = 0.5
"""The first of two faults is taken away if no more of the numbers than this share of them are still off."""
FEEDING = ("feed", "feed each", "feed one", "feed convolution", "swap input", "in other sequences")
HANDED = (
    *FEEDING,
    "reordered",
    "across samples",
    "lengthened",
    "cropped",
    "more or less of it",
    "instead of a step",
    "on exchanged axes",
    "input scaled",
    "reverse input",
    "batch first",
)
"""Trials of what an operation is given, not of what it does."""
AT_BEGIN = frozenset({"recurrent-initial-state", "recurrent-state-order"})
"""Rules for what all layers of a recurrent stack are given: it shows in the first one."""
SCALING = FACTORS | MASKING
"""What may be left out together, where the other side does nothing at all."""
HANDED_OTHERWISE = ("wiring-other", "attention-norm-position", "branch-missing", "scale-other")
ATTENDING = ("softmax", "attention")
WEIGHTS = ("softmax", "divide")
"""What makes the weights of an attention, by hand with a division."""
HANDED_ON = ("bidirectional-last-step", "bidirectional-order", "recurrent-last-step", "recurrent-masked-output")


class Naming:
    """Names faults of one pair in one run.

    Args:
        alignment: which operation is which.
        partners: operations without weights that are known to be equal, Keras number -> Torch number.
        loose: operations without weights that may be at fault, Keras number -> Torch number.
        probing: how the Torch model is run.
        evidence: what suspicions look at.
    """

    def __init__(
        self,
        alignment: Alignment,
        partners: Mapping[int, int],
        loose: Mapping[int, int],
        probing: Probing,
        evidence: Evidence,
    ) -> None:
        self.alignment, self.partners, self.loose = alignment, partners, loose
        self.probing, self.evidence = probing, evidence
        self.alone_in_keras, self.alone_in_torch = evidence.pair.alone

    def trials(self, k: int, t: int) -> tuple[Trial, ...]:
        """What is worth a try where these two part."""
        return trials(self.evidence.suspect(k, t))

    def fault(self, k: int, t: int, run: Run, tried: Sequence[Trial]) -> Fault:
        """What a run with ``tried`` shows of two operations on the same inputs."""
        probed = run.found[t]
        same = any(trial.rule == NO_FAULT and after == 0.0 for trial, after in zip(tried, probed.trials, strict=True))
        found = Difference(0.0) if same else probed.differences[k]
        return self._with_cause(k, t, found, tried, probed.trials)

    def named(self, k: int, t: int, fault: Fault) -> Fault:
        """The fault with a better cause, where there is one in front of the operation."""
        return self._at_softmax(self._handed_on(self._rewired(k, t, fault) if _unnamed(fault) else fault))

    def completed(self, k: int, t: int, fault: Fault, like: Fault | None = None) -> Fault:
        """The fault with what a line of hand-written code leaves out in front of the operation, or at it.

        Args:
            k, t: where it shows.
            fault: what is known of it.
            like: another one that has been completed; only the same line is looked at, for the same cause.
        """
        if self.alignment.keras[k].layer in self.alone_in_keras:
            return fault
        for site, trial in self._completions(t):
            event = self.alignment.torch[site[-1]]
            if like is not None and (event.line, trial.rule) != (like.torch.line, (like.cause or ("",))[0]):
                continue
            after = self._with_site(k, t, site, trial)
            if after <= VANISHED:
                return replace(fault, torch=event, cause=(trial.rule, after))
        return self._with_other_function(k, t, fault) if like is None else fault

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

    def _completions(self, t: int) -> Iterator[tuple[tuple[int, ...], Trial]]:
        """Every site in front of the operation, or at it, with each thing that it may leave out."""
        events, inputs = self.alignment.torch, tuple(self.evidence.inputs.values())
        for site in sites(events, sorted({*self.alignment.above_in_torch(t), t})):
            for trial in completions(events[site[-1]], inputs):
                yield site, trial

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
        for site, trial in self._completions(t):
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
        return replace(fault, cause=(trial.rule, after)) if after <= VANISHED else fault

    def _with_site(
        self, k: int, t: int, site: Sequence[int], trial: Trial, beside: Mapping[int, Probe] | None = None
    ) -> float:
        """The figure of an operation in a run with the trial at every operation of a site, and what is done beside."""
        altered = {number: Probe(alter=trial) for number in site if number != t}
        last = self.probing.operation(k, (trial,) if t in site else ())
        run = self._run({**(beside or {}), **altered, t: last})
        if run is None:
            return math.inf
        return run.found[t].trials[0] if t in site else run.figure(k, t)

    def at_output(self, name: str, run: Run) -> list[Fault]:
        """The layers agree and an output does not: something at the end is missing on one side."""
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
        figures = self.probing.run(self._forced() | {t: goal}).found[t].trials
        fault = self._with_cause(k, t, self.probing.output(run, name), tried, figures)
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
        after = self.probing.run(self._forced() | altered).found[last].trials[0]
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

    def _with_cause(self, k: int, t: int, found: Difference, tried: Sequence[Trial], figures: Sequence[float]) -> Fault:
        fault = Fault(self.alignment.keras[k], self.alignment.torch[t], found)
        best = best_trial(tried, figures, found.figure)
        if best is None:
            return fault
        trial, after = best
        if trial.action in HANDED or trial.rule in AT_BEGIN:
            fault = replace(fault, keras=self.alignment.keras[self.evidence.begin(k, t)])
        if (trial.action, trial.rule) == ("instead of a step", "pool-other"):
            fault = replace(fault, keras=_feeding(self.alignment.keras, fault.keras))
        handed = trial.action in HANDED
        return replace(fault, cause=(trial.rule, after), fed=trial.action in FEEDING, handed=handed, by=trial.action)

    def _forced(self) -> dict[int, Probe]:
        """Every matched operation is compared and replaced by the reference."""
        return self.probing.forced({**self.loose, **self.alignment.anchors})

    def _rewired(self, k: int, t: int, fault: Fault) -> Fault:
        """A layer that no trial mends: change an operation in front of it and look whether its value comes back."""
        ways = (self._completed, self._reordered, self._altered, self._unscaled, self._regrouped)
        return next((better for way in ways if (better := way(k, t, fault))), fault)

    def _completed(self, k: int, t: int, fault: Fault) -> Fault | None:
        """Do what only Keras does in front of the layer."""
        mine = sorted(self.alignment.above_in_keras(k) - self.partners.keys())
        events = [self.alignment.keras[n] for n in mine]
        given = next(iter(self.evidence.given(k)), None)
        addends, direct = self.evidence.addends(mine), self.evidence.straight(k, t)
        stored, maps = self.alone_in_keras, self.evidence.maps(mine)
        tried = missing(events, self.evidence.weights, addends, given, stored=stored, straight=direct, maps=maps)
        for trial in [*tried, *_on_second_branch(tried, self.alignment.torch[t])]:
            probes = self._forced() | {t: self.probing.layer(k, (trial,))}
            after = self.probing.run(probes).found[t].trials[0]
            if after <= VANISHED:
                turned = trial.options.get("kind") == "flip" and _direction_rule(self.alignment.keras, mine[0])
                rule = turned or ("wiring-other" if self._stands_behind(trial, t) else trial.rule)
                return replace(fault, keras=_done_by(events, trial), cause=(rule, after), fed=False, handed=False)
        return None

    def _stands_behind(self, trial: Trial, t: int) -> bool:
        """What only Keras does in front of a place, PyTorch does behind it: two operations in the other order."""
        behind = {n for n, event in enumerate(self.alignment.torch) if t in event.sources}
        kinds = {_operation(self.alignment.torch[n].kind) for n in behind - self.alignment.anchors_in_torch}
        return trial.action == "apply before" and _operation(str(trial.options.get("kind"))) in kinds

    def _reordered(self, k: int, t: int, fault: Fault) -> Fault | None:
        """Hand what Keras was given to an operation in front of the layer that takes the same numbers otherwise."""
        values, events = self.evidence.given(k), self.alignment.torch
        sizes, between = {value.size for value in values}, sorted(self.alignment.above_in_torch(t))
        taking = [n for n in between if sizes & {math.prod(events[s].shape) for s in events[n].sources if s >= 0}]
        probe = Probe(alter=Trial("reshape-order", "reordered", {"values": values}))
        after = self._after(k, t, dict.fromkeys(taking, probe)) if taking else math.inf
        if after > VANISHED:
            return None
        number = next((n for n in taking if self._after(k, t, {n: probe}) <= VANISHED), taking[-1])
        return replace(fault, torch=events[number], cause=("reshape-order", after), fed=False, handed=False)

    def _altered(self, k: int, t: int, fault: Fault) -> Fault | None:
        """Do otherwise what PyTorch does in front of the layer, or leave it out."""
        for place, trial in self._alterations(k, t):
            after = self._after(k, t, dict.fromkeys(place, Probe(alter=trial)))
            if after <= VANISHED:
                number = place[-1]
                rule = self._order_rule(k, trial) or _direction_rule(self.alignment.torch, number) or trial.rule
                return replace(fault, torch=self.alignment.torch[number], cause=(rule, after), fed=False, handed=False)
        return self._altered_together(k, t, fault)

    def _altered_together(self, k: int, t: int, fault: Fault) -> Fault | None:
        """Do otherwise what PyTorch does in several places: the deviation of two images, both ends of a range."""
        events, groups = self.alignment.torch, defaultdict[str, dict[int, Trial]](dict)
        for number in sorted(self.alignment.above_in_torch(t)):
            for trial in wired(events[number]):
                options = {name: value for name, value in trial.options.items() if name != "kind"}
                groups[f"{trial.rule} {trial.action} {options}"][number] = trial
        for group in [group for group in groups.values() if len(group) > 1]:
            after = self._after(k, t, {number: Probe(alter=trial) for number, trial in group.items()})
            if after <= VANISHED:
                last = max(group)
                rule = "norm-axis" if self._normed(t, group) else group[last].rule
                return replace(fault, torch=events[last], cause=(rule, after), fed=False, handed=False)
        return None

    def _normed(self, t: int, means: Collection[int]) -> bool:
        """These are means, and what stands between them and ``t`` takes a root: a norm by hand."""
        events = self.alignment.torch
        return {events[n].kind for n in means} == {"mean"} and any(event.kind in ROOTS for event in self._between(t))

    def _unscaled(self, k: int, t: int, fault: Fault) -> Fault | None:
        """Leave out everything that PyTorch alone does in front of the layer, where factors are among it."""
        events, anchors = self.alignment.torch, self.alignment.anchors_in_torch
        nearest = upstream(events, anchors)
        between = self.alignment.above_in_torch(t) - set(self.partners.values())
        alone = [n for n in sorted(between) if nearest[n] & anchors]
        kinds = {events[n].kind for n in alone}
        if self.alignment.above_in_keras(k) - self.partners.keys() or not kinds & FACTORS or not kinds <= SCALING:
            return None
        trial = Trial("scale-other", "apply", {"kind": "identity"})
        altered = {n: Probe(alter=trial) for n in alone}
        after = self._after(k, t, {t: self.probing.layer(k), **altered}, loose=False)
        found = replace(fault, torch=events[alone[-1]], cause=(trial.rule, after), fed=False, handed=False)
        return found if after <= VANISHED else None

    def _regrouped(self, k: int, t: int, fault: Fault) -> Fault | None:
        """Cut or pair the features that the layers in front hand out in another way."""
        rule, _ = fault.cause or (LAST_RESORT, 0.0)
        if rule != LAST_RESORT and not (fault.fed and rule == "branch-missing"):
            return None
        events, anchors = self.alignment.torch, self.alignment.anchors_in_torch
        ways = (
            parts_exchanged,
            pairs_exchanged,
            axes_exchanged,
            other_axes_of_norms,
            heads_exchanged,
            terms_turned,
            cut_otherwise,
        )
        found = chain.from_iterable(way(events, t, anchors) for way in ways)
        for rule, altered in chain(found, angles_exchanged(events, t, anchors, self.evidence.turned(k))):
            layers = {number: probe for number, probe in altered.items() if number != t}
            after = self._after(k, t, {t: self.probing.layer(k), **layers}, loose=False)
            if layers and after <= VANISHED:
                return replace(fault, cause=(rule, after), fed=False, handed=False, whole=True)
        return None

    def _alterations(self, k: int, t: int) -> Iterator[tuple[tuple[int, ...], Trial]]:
        """Torch operations in front of ``t`` with what can be done to each; those that equal a twin come last.

        What a loop does in every round is done otherwise in all of them.
        """
        equal = set(self.partners.values())
        attending = any(event.kind in ATTENDING for event in self._between(t))
        seen = self.evidence.seen(k) if attending else None
        yield from self._biases(t)
        found = places(self.alignment.torch, self.alignment.above_in_torch(t))
        for place in sorted(found, key=lambda place: (equal.issuperset(place), place)):
            event = self.alignment.torch[place[-1]]
            left_out = extra(event, self.alone_in_torch, straight(self.alignment.torch, place[-1]))
            made = kernels_before(event, self.evidence.kernels(k))
            for trial in (*wired(event), *masked(event, seen), *left_out, *made):
                if attending or trial.rule != "attention-scale":
                    yield place, trial

    def _between(self, t: int) -> list[Event]:
        """What PyTorch does between the matched layers and ``t``, which is the last."""
        return [self.alignment.torch[number] for number in (*self.alignment.above_in_torch(t), t)]

    def _biases(self, t: int) -> Iterator[tuple[tuple[int, ...], Trial]]:
        """Biases of layers in front of ``t`` that are parts of a Keras layer, or hold several."""
        match = self.evidence.pair.match
        inner = set(match.split.values())
        for number in sorted(self.alignment.above_in_torch(t)):
            path = self.alignment.torch[number].layer
            if path in inner:
                yield (number,), Trial("separable-inner-bias", "set", {"bias": None})
            for trial in packed_bias([self.evidence.weights.get(part, {}) for part in match.fused.get(path or "", ())]):
                yield (number,), trial

    def _after(self, k: int, t: int, altered: dict[int, Probe], loose: bool = True) -> float:
        """The figure of a layer in an altered run; what does not run any more explains nothing."""
        try:
            forced = self._forced() if loose else self.probing.forced(self.alignment.anchors)
            return self.probing.run(forced | altered).figure(k, t)
        except SideFailed:
            return math.inf

    def _order_rule(self, k: int, trial: Trial) -> str | None:
        """An activation too many in front of a norm that has it behind itself in Keras stands on the wrong side."""
        behind = {self.alignment.keras[n].kind for n in self.alignment.followers(k)}
        extra_activation = trial.rule == OTHER_ACTIVATION and trial.options == {"kind": "identity"}
        normed = self.alignment.keras[k].kind.endswith("_norm")
        return "norm-activation-order" if normed and extra_activation and behind & ACTIVATIONS else None

    def _handed_on(self, fault: Fault) -> Fault:
        """How a recurrent layer is read is the matter of that layer, not of the next one that shows it."""
        if not fault.fed or fault.cause is None or fault.cause[0] not in HANDED_ON:
            return fault
        keras = _feeding(self.alignment.keras, fault.keras)
        return replace(fault, keras=keras, torch=_feeding(self.alignment.torch, fault.torch))

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


def _on_second_branch(tried: Sequence[Trial], event: Event) -> list[Trial]:
    """What is done in front of an operation, done to the second of its inputs."""
    branches = len(event.sources) > 1 and event.layer is None
    before = [trial for trial in tried if branches and trial.action == "apply before"]
    return [replace(trial, options={**trial.options, "place": 1}) for trial in before]


def _done_by(events: Sequence[Event], trial: Trial) -> Event:
    """The operation that a trial does too; the first of all where it stands for several, or for none of its own."""
    return next((event for event in events if event.kind == trial.options.get("kind")), events[0])


def _direction_rule(events: Sequence[Event], number: int) -> str | None:
    """Steps turned round in front of a recurrence or behind it are a matter of its direction."""
    if events[number].kind != "flip":
        return None
    readers = [event for event in events if number in event.sources]
    near = [events[source] for source in events[number].sources if source >= 0] + readers
    return "recurrent-backwards-order" if any(event.kind in RECURRENT for event in near) else None


def best_trial(tried: Sequence[Trial], figures: Sequence[float], before: float) -> tuple[Trial, float] | None:
    """The first suspicion that takes the difference away, and what is left of it."""
    for trial, after in zip(tried, figures, strict=True):
        if after <= VANISHED and after < before / 100 and trial.rule in RULES:
            return trial, after
    return None


def _operation(kind: str) -> str:
    """A pool by any of its names, an activation by its own."""
    return kind if kind in ACTIVATIONS else family(kind)


def _feeding(events: Sequence[Event], event: Event) -> Event:
    """The first operation that feeds ``event``; itself, where an input of the model does."""
    return next((events[source] for source in event.sources if source >= 0), event)


def _unnamed(fault: Fault) -> bool:
    """No cause, or only that its input is another."""
    return fault.cause is None or fault.cause[0] in HANDED_OTHERWISE or (fault.fed and fault.cause[0] in HANDED_ON)
