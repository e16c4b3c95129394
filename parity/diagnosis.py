"""Find every place where two matched models part, and name each cause by taking it away.

The Torch model runs on Keras's values: whatever a matched layer gives is compared and then replaced by what Keras gave,
so that each layer is judged on the same inputs and one fault does not hide the next. Where values part, suspicions
(``parity.hypotheses``) are tried on that operation alone; the one that brings the value back is the cause.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from parity.compare import PROOF_BOUND, Difference, difference
from parity.errors import SideFailed
from parity.fixes import fix_of
from parity.hypotheses import OTHER_ACTIVATION, Suspect, extra, missing, trials, wired
from parity.layouts import Weights
from parity.loaded import Loaded
from parity.mapping import LayerLink, by_layer, placeholders_in_keras
from parity.matching import ACTIVATIONS, MASKING, family, longer_axes, match_events
from parity.pair import Pair
from parity.recording import Arrays, Event, Probe, Probed, Trace, Trial
from parity.rules.book import RULES
from parity.verdicts import Cause, Divergence

VANISHED = 1e-9
ROUNDING = 1e-6
"""What float32 constants can do to one operation, relative to its peak."""
FEEDING = ("feed", "swap input")
HANDED_OTHERWISE = ("wiring-other", "attention-norm-position", "branch-missing", "scale-other")
HANDED_ON = ("bidirectional-last-step", "bidirectional-order", "recurrent-last-step", "recurrent-masked-output")


@dataclass(frozen=True)
class Fault:
    """One operation whose value parts from the reference though its inputs do not.

    Args:
        keras, torch: where, on each side.
        found: the difference on the same inputs.
        cause: the rule whose removal makes it vanish, with the figure after; None if no suspicion was right.
        fed: the cause is what the operation was given.
    """

    keras: Event
    torch: Event
    found: Difference
    cause: tuple[str, float] | None = None
    fed: bool = False


@dataclass(frozen=True)
class Diagnosis:
    """Every fault in Keras's execution order, and how many operations were compared."""

    faults: tuple[Fault, ...]
    judged: int
    worst: Difference = field(default_factory=lambda: Difference(0.0))
    place: str = ""

    @property
    def divergence(self) -> Divergence | None:
        if not self.faults:
            return None
        fault = self.faults[0]
        found = fault.found
        return Divergence(
            fault.keras.path,
            fault.torch.path,
            found.figure,
            PROOF_BOUND,
            found.index,
            found.keras_value,
            found.torch_value,
            fault.keras.line,
            fault.torch.line,
        )

    @property
    def faint(self) -> bool:
        """All that was found may be constants that one side keeps in float32."""
        causes = [fault.cause for fault in self.faults if fault.cause]
        rounding = all(fault.found.figure <= ROUNDING for fault in self.faults)
        return bool(self.faults) and rounding and all(rule == "constants-through-float32" for rule, _ in causes)

    @property
    def causes(self) -> tuple[Cause, ...]:
        return tuple(_cause(fault, *fault.cause) for fault in self.faults if fault.cause)


def _cause(fault: Fault, rule: str, after: float) -> Cause:
    fix = fix_of(rule, fault.keras, fault.torch)
    return Cause(rule, fault.keras.path, fault.torch.path, True, fault.found.figure, after, fix)


def diagnose(pair: Pair, case: int = 0, training: bool = False) -> Diagnosis:
    """Every place where the two models part on one case."""
    _ = pair.mapping, pair.weights
    inputs = pair.cases[case].inputs
    duo = pair.duo
    with tempfile.TemporaryDirectory(prefix="parity-values-") as folder:
        kept = {"shelf": f"{folder}/keras"}
        keras, torch = duo.both("trace", kept, {}, dtype="float64", inputs=inputs, training=training)
        return _Search(pair, inputs, training, keras, torch).run()


class _Search:
    """One diagnosis in progress."""

    def __init__(self, pair: Pair, inputs: Arrays, training: bool, keras: Trace, torch: Trace) -> None:
        self.pair, self.inputs, self.training = pair, inputs, training
        self.keras, self.torch = keras, torch
        self.anchors, self.options = match_events(keras.events, torch.events, pair.match)
        self.back = {t: k for k, t in self.anchors.items()}
        self.weights = by_layer(pair.weights[0])
        self.torch_weights = by_layer(placeholders_in_keras(pair.mapping, pair.descriptions[1]))
        self.suspects: Mapping[int, int] = {}
        self.entering: Mapping[int, NDArray] = {}

    def run(self) -> Diagnosis:
        found, outputs = self._probe(self._first_probes())
        partners = self._partners(found)
        bad = [k for k, t in self.anchors.items() if _figure(found, t, k) > PROOF_BOUND]
        parted = [name for name, array in self.keras.outputs.items() if self._output(name, outputs) > PROOF_BOUND]
        judged = len(self.anchors) + len(partners)
        worst, place = self._worst(found, partners)
        if not bad and not parted:
            return Diagnosis((), judged, worst, place)
        faults = self._faults(partners, bad, parted)
        return Diagnosis(tuple(sorted(faults, key=lambda f: self.keras.events.index(f.keras))), judged, worst, place)

    def _probe(self, probes: Mapping[int, Probe]) -> tuple[dict[int, Probed], Arrays]:
        duo = self.pair.duo
        answer: tuple[dict[int, Probed], Arrays] = duo.ask(
            duo.torch, "probe", dtype="float64", inputs=self.inputs, probes=probes, training=self.training
        )
        return answer

    def _first_probes(self) -> dict[int, Probe]:
        """Layers are compared and forced; every other operation is compared with those that stand in its place."""
        probes = {t: self._anchor(k) for k, t in self.anchors.items()}
        references: dict[int, list[int]] = {}
        for k, options in self.options.items():
            for t in options:
                references.setdefault(t, []).append(k)
        return probes | {t: Probe(self.keras.values.only(ks)) for t, ks in references.items()}

    def _anchor(self, k: int, tried: tuple[Trial, ...] = ()) -> Probe:
        state = self.keras.events[k].attributes.get("returns") == "state"
        return Probe(self.keras.values.only([k]), k, state, tried, k)

    def _partners(self, found: Mapping[int, Probed]) -> dict[int, int]:
        """Keras operations without weights that have an operation of the same value in their place."""
        partners: dict[int, int] = {}
        for k, options in self.options.items():
            equal = [t for t in options if t not in partners.values() and _figure(found, t, k) <= PROOF_BOUND]
            if equal:
                partners[k] = equal[0]
        return partners

    def _worst(self, found: Mapping[int, Probed], partners: Mapping[int, int]) -> tuple[Difference, str]:
        pairs = {**self.anchors, **partners}
        compared = [(found[t].differences[k], self.keras.events[k].path) for k, t in pairs.items() if t in found]
        return max(compared, key=lambda entry: entry[0].figure, default=(Difference(0.0), ""))

    def _output(self, name: str, outputs: Arrays) -> float:
        if name not in outputs:
            return math.inf
        return difference(self.keras.outputs[name], outputs[name], PROOF_BOUND).figure

    def _faults(self, partners: Mapping[int, int], bad: Sequence[int], parted: Sequence[str]) -> list[Fault]:
        """Judge the operations in front of every layer that parts, then that layer itself on the right inputs."""
        self.suspects = suspects = self._between(partners, bad, parted)
        self._see_what_enters(bad)
        probes = {t: self._anchor(k, self._trials(k, t)) for k, t in self.anchors.items() if k in bad}
        probes = {t: self._anchor(k) for k, t in self.anchors.items()} | probes
        for k, t in suspects.items():
            tried = self._trials(k, t)
            probes[t] = Probe(self.keras.values.only([k]), k, False, tried, k)
        again, finally_ = self._probe(probes)
        faults = [self._fault(k, t, again[t], probes[t]) for k, t in {**suspects, **self.anchors}.items() if t in again]
        real = [fault for fault in faults if fault.found.figure > PROOF_BOUND]
        named = {id(fault.keras) for fault in real}
        left = [name for name in parted if self._output(name, finally_) > PROOF_BOUND]
        unexplained = [k for k in bad if _figure(again, self.anchors[k], k) > PROOF_BOUND]
        real = [self._handed_on(self._rewired(fault, partners) if _unnamed(fault) else fault) for fault in real]
        if left and not [k for k in unexplained if id(self.keras.events[k]) in named and k == max(unexplained)]:
            real += self._at_outputs(left, finally_, partners, set(suspects))
        return real

    def _see_what_enters(self, numbers: Sequence[int]) -> None:
        """What Keras's layers were given: an index or a transposition before them is no operation of its own."""
        duo = self.pair.duo
        wanted = frozenset(numbers)
        options = {"dtype": "float64", "inputs": self.inputs, "training": self.training}
        self.entering = duo.ask(duo.keras, "trace", enter=wanted, **options).entering

    def _between(self, partners: Mapping[int, int], bad: Sequence[int], parted: Sequence[str]) -> dict[int, int]:
        """Operations without weights that may be at fault, each with its counterpart."""
        pairs: dict[int, int] = {}
        used = {*partners.values()}
        ends: list[tuple[set[int], set[int]]] = [
            (
                self._above(self.keras.events, k, self.anchors),
                self._above(self.torch.events, self.anchors[k], self.back),
            )
            for k in bad
        ]
        if parted:
            ends.append((self._tail(self.keras.events, self.anchors), self._tail(self.torch.events, self.back)))
        for ours, theirs in ends:
            mine = sorted(k for k in ours if k not in partners and k not in pairs)
            rest = sorted(t for t in theirs if t not in used and t not in pairs.values())
            pairs |= self._aligned(mine, rest)
        return pairs

    @staticmethod
    def _above(events: Sequence[Event], number: int, anchors: Iterable[int]) -> set[int]:
        """Operations between ``number`` and the anchors that feed it."""
        stop, found, open_ = set(anchors), set[int](), list(events[number].sources)
        while open_:
            source = open_.pop()
            if source >= 0 and source not in stop and source not in found:
                found.add(source)
                open_ += events[source].sources
        return found

    @staticmethod
    def _tail(events: Sequence[Event], anchors: Iterable[int]) -> set[int]:
        """Operations behind which no anchor follows."""
        feeding: set[int] = set()
        for number in anchors:
            feeding |= _Search._above(events, number, anchors)
        return {n for n in range(len(events)) if n not in feeding and n not in set(anchors)}

    def _aligned(self, mine: Sequence[int], rest: Sequence[int]) -> dict[int, int]:
        """Pair two runs of operations from their ends: by family, and the last with the last."""
        pairs: dict[int, int] = {}
        free = list(rest)
        for place, k in enumerate(reversed(mine)):
            ours = self.keras.events[k]
            options = [t for t in free if longer_axes(self.torch.events[t].shape) == longer_axes(ours.shape)]
            akin = [t for t in free if family(self.torch.events[t].kind) == family(ours.kind)]
            extra_on_torch = len(free) > len(mine) - place and ours.kind not in ("softmax", *MASKING)
            last = options if place == 0 else [t for t in options if t in self.options.get(k, ())]
            chosen = (last or akin if extra_on_torch else akin or last)[-1:]
            if chosen:
                pairs[k] = chosen[0]
                free = [t for t in free if t < chosen[0]]
        return pairs

    def _trials(self, k: int, t: int) -> tuple[Trial, ...]:
        return trials(self._suspect(k, t))

    def _suspect(self, k: int, t: int) -> Suspect:
        ours, theirs = self.keras.events[k], self.torch.events[t]
        sources = [self._value(source) for source in ours.sources]
        values = [_entered(value, ours.given) for value in sources if value is not None]
        if k in self.entering and (not values or _moved(values[0], self.entering[k])):
            values = [self.entering[k], *values[1:]]
        near = sorted({*self._above(self.keras.events, k, self.anchors), *self._followers(k)})
        return Suspect(
            ours,
            theirs,
            self.weights.get(ours.layer or "", {}) if k in self.anchors else {},
            tuple(values),
            self.torch_weights.get(ours.layer or "", {}) if k in self.anchors else None,
            tuple(self.keras.events[n].kind for n in near),
            self._feeding(ours) if theirs.kind == "multi_head_attention" else self._events(ours.sources),
            tuple(self.torch.events[source] for source in theirs.sources if source >= 0),
            self._lengths(),
            self._loaded(k, t),
            self._entering(ours) if theirs.kind == "multi_head_attention" else None,
            self._value(k),
            self.training,
            {self.anchors.get(n, n) for n in ours.sources} != set(theirs.sources),
        )

    def _events(self, numbers: Iterable[int]) -> tuple[Event, ...]:
        return tuple(self.keras.events[n] for n in numbers if n >= 0)

    def _feeding(self, output: Event) -> tuple[Event, ...]:
        """What feeds the projections that meet in ``output``."""
        return self._events({n for event in self._events(output.sources) for n in event.sources})

    def _entering(self, output: Event) -> NDArray | None:
        """The input of the projections that meet in ``output``."""
        sources = [n for event in self._events(output.sources) for n in event.sources]
        return self._value(sources[0]) if sources else None

    def _lengths(self) -> tuple[int, ...] | None:
        """Lengths of padded token sequences: whole numbers that end in zeros."""
        for array in self.inputs.values():
            real = array != 0
            padded = array.ndim == 2 and np.issubdtype(array.dtype, np.integer) and not real.all()
            if padded and (real[:, :-1] >= real[:, 1:]).all():
                return tuple(int(n) for n in real.sum(1))
        return None

    @cached_property
    def _own_tensors(self) -> tuple[dict[str, Weights], dict[str, Weights], dict[str, Weights]]:
        """Torch tensors by layer: as they are, after a transfer, and after one that keeps the order of features."""
        mapping, (keras, torch) = self.pair.mapping, self.pair.weights
        links = tuple(replace(link, image=None) if isinstance(link, LayerLink) else link for link in mapping.links)
        return (
            by_layer(torch),
            by_layer(mapping.to_torch(keras)),
            by_layer(replace(mapping, links=links).to_torch(keras)),
        )

    def _loaded(self, k: int, t: int) -> Loaded | None:
        """Where the user loaded the weights: those that are there, and those that should be."""
        path, other = self.keras.events[k].layer, self.torch.events[t].layer
        if not self.pair.own_weights or k not in self.anchors or path is None or other is None:
            return None
        found, right, plain = self._own_tensors
        others = {layer: tensors for layer, tensors in self.weights.items() if layer != path}
        return Loaded(found.get(other, {}), right.get(other, {}), plain.get(other, {}), others)

    def _followers(self, k: int) -> set[int]:
        return {n for n, event in enumerate(self.keras.events) if k in event.sources}

    def _value(self, source: int) -> NDArray | None:
        if source >= 0:
            return self.keras.values.get(source)
        names = list(self.inputs)
        return self.inputs[names[-1 - source]]

    def _fault(self, k: int, t: int, probed: Probed, probe: Probe) -> Fault:
        best = _best(probe.trials, probed.trials, probed.differences[k].figure)
        cause = (best[0].rule, best[1]) if best else None
        fed = best is not None and best[0].action in FEEDING
        return Fault(self.keras.events[k], self.torch.events[t], probed.differences[k], cause, fed)

    def _handed_on(self, fault: Fault) -> Fault:
        """How a recurrent layer is read is the matter of that layer, not of the next one that shows it."""
        if not fault.fed or fault.cause is None or fault.cause[0] not in HANDED_ON:
            return fault
        ours = next((self.keras.events[n] for n in fault.keras.sources if n >= 0), fault.keras)
        theirs = next((self.torch.events[n] for n in fault.torch.sources if n >= 0), fault.torch)
        return replace(fault, keras=ours, torch=theirs)

    def _rewired(self, fault: Fault, partners: Mapping[int, int]) -> Fault:
        """A layer that no trial mends: change an operation in front of it and look whether its value comes back."""
        k = self.keras.events.index(fault.keras)
        t = self.anchors.get(k, self.suspects.get(k))
        if t is None:
            return fault
        ours = self._above(self.keras.events, k, self.anchors)
        theirs = self._above(self.torch.events, t, self.back)
        mine = [self.keras.events[n] for n in sorted(ours) if n not in partners]
        rest = [n for n in sorted(theirs) if n not in partners.values()]
        stored = self.pair.alone[0]
        inputs = self._suspect(k, t).inputs
        given = inputs[0] if inputs else None
        for trial in missing(mine, self.weights, self._addends(mine), given, stored=stored):
            probes = self._forced()
            probes[t] = self._anchor(k, (trial,))
            after = self._probe(probes)[0][t].trials[0]
            if after <= VANISHED:
                place = mine[0] if mine else fault.keras
                return Fault(place, fault.torch, fault.found, (trial.rule, after))
        for number in [*rest, *(n for n in sorted(theirs) if n not in rest)]:
            for trial in wired(self.torch.events[number]) + extra(self.torch.events[number], self.pair.alone[1]):
                probes = self._forced()
                probes[number] = Probe(alter=trial)
                after = self._after(probes, k, t)
                if after <= VANISHED:
                    rule = self._order_rule(k, trial) or trial.rule
                    return Fault(fault.keras, self.torch.events[number], fault.found, (rule, after))
        return fault

    def _after(self, probes: Mapping[int, Probe], k: int, t: int) -> float:
        """The figure of a layer in an altered run; what does not run any more explains nothing."""
        try:
            return _figure(self._probe(probes)[0], t, k)
        except SideFailed:
            return math.inf

    def _order_rule(self, k: int, trial: Trial) -> str | None:
        """An activation too many in front of a norm that has it behind itself in Keras stands on the wrong side."""
        behind = {self.keras.events[n].kind for n in self._followers(k)}
        extra_activation = trial.rule == OTHER_ACTIVATION and trial.options == {"kind": "identity"}
        normed = self.keras.events[k].kind.endswith("_norm")
        return "norm-activation-order" if normed and extra_activation and behind & ACTIVATIONS else None

    def _addends(self, events: Sequence[Event]) -> dict[str, NDArray]:
        """What these operations add to one of their inputs, by path, where it is the same for every sample."""
        found = {}
        for event in events:
            after = self.keras.values[self.keras.events.index(event)]
            for before in [self._value(source) for source in event.sources]:
                added = None if before is None or before.shape != after.shape else after - before
                if added is not None and np.allclose(added, added[:1]):
                    found[event.path] = added[:1]
        return found

    def _forced(self) -> dict[int, Probe]:
        """Every matched layer is compared and replaced by the reference."""
        return {t: self._anchor(k) for k, t in (*self.suspects.items(), *self.anchors.items())}

    def _at_outputs(
        self, left: Sequence[str], outputs: Arrays, partners: Mapping[int, int], suspects: set[int]
    ) -> list[Fault]:
        """The layers agree and the outputs do not: something at the end is missing on one side."""
        name = left[0]
        found = (
            difference(self.keras.outputs[name], outputs[name], PROOF_BOUND)
            if name in outputs
            else Difference(math.inf, reason=f"torch has no output {name!r}")
        )
        ours = sorted(n for n in self._tail(self.keras.events, self.anchors) if n not in partners)
        theirs = sorted(n for n in self._tail(self.torch.events, self.back) if n not in partners.values())
        last_k = ours[-1] if ours else len(self.keras.events) - 1
        last_t = theirs[-1] if theirs else len(self.torch.events) - 1
        if {last_k} & suspects:
            return []
        goal = {last_k: self.keras.outputs[name]}
        options = missing([self.keras.events[n] for n in ours], self.weights, {}, after=True)
        options += extra(self.torch.events[last_t], self.pair.alone[1])
        probes = self._forced()
        probes[last_t] = Probe(goal, None, False, tuple(options), last_k)
        again = self._probe(probes)[0][last_t]
        best = _best(tuple(options), again.trials, found.figure)
        cause = (best[0].rule, best[1]) if best else None
        return [Fault(self.keras.events[last_k], self.torch.events[last_t], found, cause)]


def _entered(value: NDArray, shape: tuple[int, ...]) -> NDArray:
    """A value as the operation was given it: a reshape between them is no operation of its own."""
    return value.reshape(shape) if value.size == math.prod(shape) else value


def _moved(value: NDArray, entering: NDArray) -> bool:
    """The operation was given a part of the value, or its numbers in another order; not another random draw."""
    return value.shape != entering.shape or bool((np.sort(value, None) == np.sort(entering, None)).all())


def _unnamed(fault: Fault) -> bool:
    """No cause, or only that its input is another."""
    return fault.cause is None or fault.cause[0] in HANDED_OTHERWISE or (fault.fed and fault.cause[0] in HANDED_ON)


def _figure(found: Mapping[int, Probed], t: int, k: int) -> float:
    return found[t].differences[k].figure if t in found and k in found[t].differences else math.inf


def _best(tried: Sequence[Trial], figures: Sequence[float], before: float) -> tuple[Trial, float] | None:
    """The first suspicion that takes the difference away, and what is left of it."""
    for trial, after in zip(tried, figures, strict=True):
        if after <= VANISHED and after < before / 100 and trial.rule in RULES:
            return trial, after
    return None
