"""A layer that no trial mends: look for its cause among the operations in front of it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from parity.diagnosis.alignment import ROOTS, above
from parity.diagnosis.evidence import straight
from parity.diagnosis.faults import LAST_RESORT, Fault
from parity.diagnosis.grouping import (
    angles_exchanged,
    axes_exchanged,
    cut_otherwise,
    heads_exchanged,
    other_axes_of_norms,
    pairs_exchanged,
    pairs_turned,
    parts_exchanged,
    terms_turned,
)
from parity.diagnosis.known import VANISHED, Known
from parity.diagnosis.sites import places
from parity.errors import SideFailed
from parity.hypotheses import (
    FACTORS,
    OTHER_ACTIVATION,
    direction_turned,
    extra,
    kernels_before,
    masked,
    missing,
    packed_bias,
    wired,
)
from parity.hypotheses.kinds import JOINED_BY_ORDER
from parity.matching import ACTIVATIONS, MASKING, RECURRENT, family, upstream
from parity.recording import Event, Probe, Trial

SCALING = FACTORS | MASKING
"""What may be left out together, where the other side does nothing at all."""
ATTENDING = ("softmax", "attention")


class InFront(Known):
    """Changes an operation in front of a layer and looks whether its value comes back."""

    def cause(self, k: int, t: int, fault: Fault) -> Fault:
        """The fault with its cause, if it is found there."""
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
        event = self.alignment.torch[t]
        for trial in [*tried, *_on_second_branch(tried, event), *_on_every_branch(tried, event)]:
            probes = self.forced() | {t: self.probing.layer(k, (trial,))}
            after = self.probing.run(probes).found[t].trials[0]
            if after <= VANISHED:
                turned = trial.options.get("kind") == "flip" and _direction_rule(self.alignment.keras, mine[0])
                rule = turned or ("wiring-other" if self._stands_behind(trial, t) else trial.rule)
                if trial.action == "add before" and any(_is_residual(self.alignment.keras, n) for n in mine):
                    rule = "branch-missing"
                return replace(fault, keras=_done_by(events, trial), cause=(rule, after), fed=False, handed=False)
        return None

    def _stands_behind(self, trial: Trial, t: int) -> bool:
        """What only Keras does in front of a place, PyTorch does behind it: two operations in the other order."""
        behind = {n for n, event in enumerate(self.alignment.torch) if t in event.sources}
        alone = behind - self.alignment.anchors_in_torch - {*self.partners.values()}
        kinds = {_operation(self.alignment.torch[n].kind) for n in alone}
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
                if rule == "branch-missing" and self.evidence.joined_elsewhere(k, t):
                    rule = LAST_RESORT
                return replace(fault, torch=self.alignment.torch[number], cause=(rule, after), fed=False, handed=False)
        return self._altered_together(k, t, fault)

    def _altered_together(self, k: int, t: int, fault: Fault) -> Fault | None:
        """Do otherwise what PyTorch does in several places: the deviation of two images, both ends of a range."""
        events, groups = self.alignment.torch, defaultdict[str, dict[int, Trial]](dict)
        for number in sorted(self.alignment.above_in_torch(t)):
            for trial in wired(events[number]):
                options = {name: value for name, value in trial.options.items() if name != "kind"}
                groups[f"{trial.rule} {trial.action} {options}"][number] = trial
            if events[number].kind in ACTIVATIONS and number not in self.partners.values():
                groups[f"no {events[number].kind}"][number] = Trial(OTHER_ACTIVATION, "apply", {"kind": "identity"})
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
            pairs_turned,
            axes_exchanged,
            other_axes_of_norms,
            heads_exchanged,
            terms_turned,
            cut_otherwise,
        )
        found = chain.from_iterable(way(events, t, anchors) for way in ways)
        for rule, altered in chain(found, angles_exchanged(events, t, anchors, self.evidence.turned(k))):
            after = self._after_both(k, t, altered)
            if after <= VANISHED:
                rule = "flatten-order" if rule == "reshape-order" and _is_flattened(events[t]) else rule
                return replace(fault, cause=(rule, after), fed=False, handed=False, whole=True)
        return None

    def _after_both(self, k: int, t: int, altered: Mapping[int, Probe]) -> float:
        """The figure where operations in front of ``t`` are altered, and what ``t`` makes of them may be, too."""
        layers = {number: probe for number, probe in altered.items() if number != t}
        own = altered[t].alter if t in altered else None
        if own is None or not layers:
            return self._after(k, t, {t: self.probing.layer(k), **layers}, loose=False) if layers else math.inf
        probes = self.probing.forced(self.alignment.anchors) | layers | {t: self.probing.operation(k, (own,))}
        try:
            return self.probing.run(probes).found[t].trials[0]
        except SideFailed:
            return math.inf

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
            turned = direction_turned(self.alignment.keras[k], event)
            for trial in (*turned, *wired(event), *masked(event, seen), *left_out, *made):
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
            forced = self.forced() if loose else self.probing.forced(self.alignment.anchors)
            return self.probing.run(forced | altered).figure(k, t)
        except SideFailed:
            return math.inf

    def _order_rule(self, k: int, trial: Trial) -> str | None:
        """An activation too many in front of a norm that has it behind itself in Keras stands on the wrong side."""
        behind = {self.alignment.keras[n].kind for n in self.alignment.followers(k)}
        extra_activation = trial.rule == OTHER_ACTIVATION and trial.options == {"kind": "identity"}
        normed = self.alignment.keras[k].kind.endswith("_norm")
        return "norm-activation-order" if normed and extra_activation and behind & ACTIVATIONS else None


def _is_residual(events: Sequence[Event], number: int) -> bool:
    """A sum of a value and of what is made of it, which may be a table that was learned, too."""
    terms = [source for source in events[number].sources if source >= 0] if events[number].kind == "add" else []
    return any(one in above(events, other, ()) for one in terms for other in terms)


def _is_flattened(event: Event) -> bool:
    """It takes the features of an image, listed otherwise than on the other side."""
    return len(event.shape) == 2 and event.flattened is not None and not event.flattened.in_order


def _on_second_branch(tried: Sequence[Trial], event: Event) -> list[Trial]:
    """What is done in front of an operation, done to the second of its inputs."""
    branches = len(event.sources) > 1 and event.layer is None
    before = [trial for trial in tried if branches and trial.action == "apply before"]
    return [replace(trial, options={**trial.options, "place": 1}) for trial in before]


def _on_every_branch(tried: Sequence[Trial], event: Event) -> list[Trial]:
    """What is done to single numbers in front of an operation that joins branches, done to all of them."""
    joins = event.kind in JOINED_BY_ORDER and len(event.sources) > 1
    before = [trial for trial in tried if joins and trial.action == "apply before"]
    return [replace(trial, action="apply after") for trial in before if trial.options.get("kind") in ACTIVATIONS]


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


def _operation(kind: str) -> str:
    """A pool by any of its names, an activation by its own."""
    return kind if kind in ACTIVATIONS else family(kind)
