"""One diagnosis: which operations part, which of them are at fault, and why."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from numpy.typing import NDArray

from parity.compare import PROOF_BOUND, Difference
from parity.diagnosis.alignment import Alignment
from parity.diagnosis.at_end import AtEnd, once
from parity.diagnosis.bounds import lone_rectifiers, unlike_bounds
from parity.diagnosis.dropped import behind_its_layer
from parity.diagnosis.evidence import Evidence
from parity.diagnosis.exchanged import behind_exchanged
from parity.diagnosis.faults import LAST_RESORT, Diagnosis, Fault, each_once
from parity.diagnosis.known import EXTENT
from parity.diagnosis.merging import merged
from parity.diagnosis.moved_norms import with_moved_norms
from parity.diagnosis.naming import Naming
from parity.diagnosis.probing import Probing, Run
from parity.diagnosis.rearranged import without_rearranged
from parity.diagnosis.scores import named_by_scores
from parity.hypotheses import RESULT_TURNED
from parity.matching import upstream
from parity.pair import Pair
from parity.recording import Arrays, Probe, Trace, Trial
from parity.shapes import lie_alike
from parity.towers import Towers, as_one


def diagnosed(pair: Pair, case: int = 0, training: bool = False) -> Diagnosis:
    """The same as ``diagnose``, which the pair remembers."""
    if (case, training) not in pair.diagnoses:
        pair.diagnoses[case, training] = diagnose(pair, case, training)
    found: Diagnosis = pair.diagnoses[case, training]
    return found


def diagnose(pair: Pair, case: int = 0, training: bool = False) -> Diagnosis:
    """Every place where the two models part on one case."""
    _ = pair.mapping, pair.weights
    inputs = pair.cases[case].inputs
    with tempfile.TemporaryDirectory(prefix="parity-values-") as folder:
        kept = {"shelf": f"{folder}/keras"}
        keras, torch = pair.duo.both("trace", kept, {}, dtype="float64", inputs=inputs, training=training)
        return _Search(pair, inputs, training, as_one(keras, torch.events), torch).run()


class _Search:
    """One diagnosis in progress."""

    def __init__(self, pair: Pair, inputs: Arrays, training: bool, towers: Towers, torch: Trace) -> None:
        self.pair, self.inputs, self.training = pair, inputs, training
        self.towers, self.keras = towers, towers.trace
        self.alignment = merged(Alignment.of_runs(self.keras, torch, pair.match))
        self.probing = Probing(pair.duo, self.keras, inputs, training)
        self.probing.cropped = self.alignment.cropped()

    def run(self) -> Diagnosis:
        """Compare everything once, then judge what parts."""
        first, bad = self._compared()
        rearranged = without_rearranged(self.alignment, self.probing, bad) if bad else self.alignment
        if rearranged is not self.alignment:
            self.alignment = rearranged
            first, bad = self._compared()
        faults, partners = self._judged(first, bad)
        self.probing.instead = behind_exchanged(self.alignment, faults)
        if self.probing.instead:
            first, bad = self._compared()
            faults, partners = self._judged(first, bad)
        anchors = self.alignment.anchors
        in_order = sorted(faults, key=lambda fault: self.keras.events.index(fault.keras))
        events = self.alignment.keras, self.alignment.torch
        unlike, lone = tuple(unlike_bounds(*events, partners)), lone_rectifiers(*events)
        return Diagnosis(tuple(in_order), len(anchors) + len(partners), *self._worst(first, partners), unlike, lone)

    def _judged(self, first: Run, bad: Sequence[int]) -> tuple[list[Fault], dict[int, int]]:
        """Faults, and the operations without weights that are equal."""
        partners = self._partners(first)
        parted = self.probing.parted(first, self.keras.outputs)
        return self._faults(partners, bad, parted) if bad or parted else [], partners

    def _compared(self) -> tuple[Run, list[int]]:
        """Every matched layer on the inputs of its twin; those that part."""
        anchors, options = self.alignment.anchors, self.alignment.options
        run = self.probing.run(self.probing.forced(anchors) | self.probing.compared(options))
        return run, [k for k, t in anchors.items() if run.figure(k, t) > PROOF_BOUND]

    def _partners(self, run: Run) -> dict[int, int]:
        """Keras operations without weights that have an operation of the same value in their place."""
        partners: dict[int, int] = {}
        for k, options in self.alignment.options.items():
            equal = [t for t in options if t not in partners.values() and run.figure(k, t) <= PROOF_BOUND]
            if equal:
                partners[k] = equal[0]
        taken = {*self.alignment.anchors_in_torch, *partners.values()}
        parted = self.probing.parted(run, self.keras.outputs)
        for name, (k, t) in self.alignment.ends.items():
            if name not in parted and k not in (*self.alignment.anchors, *partners) and t not in taken:
                partners[k] = t
        return partners

    def _worst(self, run: Run, partners: Mapping[int, int]) -> tuple[Difference, str]:
        pairs = {**self.alignment.anchors, **partners}
        compared = [
            (run.found[t].differences[k], self.keras.events[k].path) for k, t in pairs.items() if t in run.found
        ]
        return max(compared, key=lambda entry: entry[0].figure, default=(Difference(0.0), ""))

    def _faults(
        self,
        partners: Mapping[int, int],
        bad: Sequence[int],
        parted: Sequence[str],
        misplaced: frozenset[int] = frozenset(),
    ) -> list[Fault]:
        """Judge the operations in front of every layer that parts, then that layer itself on the right inputs.

        Args:
            misplaced: Keras operations that have no counterpart where one was looked for.
        """
        between = self.alignment.between(bad, partners, behind=bool(parted))
        loose = {k: t for k, t in between.items() if k not in misplaced}
        entering = self._entering([*bad, *(k for k in loose if len(self.keras.events[k].sources) == 1)])
        evidence = Evidence(self.pair, self.keras, self.alignment, self.inputs, self.training, entering)
        known = (self.alignment, partners, loose, self.probing, evidence)
        naming = Naming(*known)
        pairs = {**loose, **self.alignment.anchors}
        tried = {k: naming.trials(k, pairs[k]) for k in (*loose, *bad)}
        again = self.probing.run(self._probes(loose, tried))
        misled = self._misled(loose, bad, again)
        if misled:
            return self._faults(partners, bad, parted, misplaced | misled)
        others = self._taken_for_others(loose, partners, again)
        if others:
            return self._faults(partners, bad, parted, misplaced | others)
        judged = {k: naming.fault(k, t, again, tried.get(k, ())) for k, t in pairs.items() if t in again.found}
        real = {k: fault for k, fault in judged.items() if fault.found.figure > PROOF_BOUND}
        named = _looped(naming, pairs, self._named(naming, pairs, real))
        met = {**loose, **partners}
        faults = [
            behind_its_layer(self.alignment, met, self.probing, k, pairs[k], fault)
            for k, fault in named.items()
            if not self._only_shows(k, named)
        ]
        faults = each_once(self._without_stored_otherwise(self._apart(naming, pairs, named, faults)))
        left = self.probing.parted(again, parted)
        if left and not self._explained(left, bad, again, real):
            at_end = AtEnd(*known)
            faults += once(fault for name in left for fault in at_end.faults(name, again))
        faults = with_moved_norms(self.alignment, faults)
        return [named_by_scores(fault, self.alignment.keras, self.alignment.torch) for fault in faults]

    def _misled(self, loose: Mapping[int, int], bad: Sequence[int], run: Run) -> frozenset[int]:
        """Operations that were no counterparts: their values lead layers astray that were right without them."""
        anchors = self.alignment.anchors
        astray = [t for k, t in anchors.items() if k not in bad and run.figure(k, t) > PROOF_BOUND]
        above = {number for t in astray for number in self.alignment.above_in_torch(t)}
        return frozenset(k for k, t in loose.items() if t in above)

    def _taken_for_others(self, loose: Mapping[int, int], partners: Mapping[int, int], run: Run) -> frozenset[int]:
        """Operations that part from what stands in their place, which is the counterpart of another one.

        The two sides come to one value in more steps or fewer; it takes two to mistake one for the other.
        """
        parting = {k: t for k, t in loose.items() if t in run.found and run.figure(k, t) > PROOF_BOUND}
        if len(parting) < 2:
            return frozenset()
        known = {*loose, *partners, *self.alignment.anchors}
        free = [k for k in range(len(self.keras.events)) if k not in known and k in self.keras.values]
        options = {t: [k for k in free if self._lie_alike(k, t)] for t in parting.values()}
        probes = {t: self.probing.operation(k) for k, t in loose.items()} | self.probing.forced(self.alignment.anchors)
        probes |= {
            t: replace(probes[t], references=self.keras.values.only([k, *options[t]])) for k, t in parting.items()
        }
        again = self.probing.run(probes)
        return frozenset(k for k, t in parting.items() if any(again.figure(n, t) <= PROOF_BOUND for n in options[t]))

    def _lie_alike(self, k: int, t: int) -> bool:
        return lie_alike(self.alignment.torch[t].shape, self.alignment.keras[k].shape)

    def _without_stored_otherwise(self, faults: list[Fault]) -> list[Fault]:
        """Scores that only are stored keys by queries are no fault, where their softmax takes them for the other."""
        place = {id(event): number for number, event in enumerate(self.alignment.torch)}
        behind = [place[id(each.torch)] for each in faults if (each.cause or ("",))[0] == "softmax-axis"]
        above = {number for t in behind for number in self.alignment.above_in_torch(t)}
        return [fault for fault in faults if fault.by != RESULT_TURNED or place[id(fault.torch)] not in above]

    def _apart(
        self, naming: Naming, pairs: Mapping[int, int], named: Mapping[int, Fault], faults: list[Fault]
    ) -> list[Fault]:
        """With two faults in place of the only one that has no cause, where two together explain it."""
        unnamed = [k for k, fault in named.items() if fault in faults and not fault.cause]
        if len(unnamed) != 1 or math.isinf(named[unnamed[0]].found.figure):
            return faults
        fault = named[unnamed[0]]
        both = naming.two_at_once(unnamed[0], pairs[unnamed[0]], fault)
        return faults if both is None else [*(each for each in faults if each is not fault), *both]

    def _only_shows(self, k: int, named: Mapping[int, Fault]) -> bool:
        """A layer that was handed something else because a fault in front of it could not be made good."""
        lasting = {number for number, fault in named.items() if math.isinf(fault.found.figure)}
        rule, _ = named[k].cause or ("", 0.0)
        handed = named[k].fed and rule == LAST_RESORT
        alike = {number for number in lasting if (named[number].cause or ("",))[0] == rule}
        if named[k].by == EXTENT:
            alike |= {number for number in lasting if named[number].by == EXTENT}
        again = (named[k].fed or named[k].handed) and bool(alike & set(self.keras.events[k].sources))
        before = self.alignment.above_in_keras(k) | set(self.keras.events[k].sources)
        return again or (handed and bool(lasting & before))

    def _named(self, naming: Naming, pairs: Mapping[int, int], real: Mapping[int, Fault]) -> dict[int, Fault]:
        """Faults with their causes; a place of another shape in front of one that is explained was no counterpart."""
        misfits = {k for k, fault in real.items() if math.isinf(fault.found.figure) and not fault.cause}
        named = {k: naming.named(k, pairs[k], fault) for k, fault in real.items() if k not in misfits}
        mended = [k for k, fault in named.items() if fault.cause and fault.cause[0] != LAST_RESORT]
        explained = {number for k in mended for number in self.alignment.above_in_keras(k)}
        named |= {k: naming.named(k, pairs[k], real[k]) for k in sorted(misfits - explained)}
        inside = {number for k, fault in named.items() if fault.whole for number in self.alignment.above_in_keras(k)}
        left = {k: fault for k, fault in named.items() if fault.cause or k not in inside}
        return self._completed(naming, pairs, left)

    def _completed(self, naming: Naming, pairs: Mapping[int, int], named: dict[int, Fault]) -> dict[int, Fault]:
        """The last place without a cause, with what hand-written code leaves out; then it explains those before it.

        The same line of code may leave it out in other blocks.
        """
        unnamed = [k for k, fault in named.items() if fault.is_open and math.isfinite(fault.found.figure)]
        if not unnamed:
            return named
        last = max(unnamed)
        fault = naming.completed(last, pairs[last], named[last])
        if fault.is_open:
            return named
        named[last] = fault
        named |= {k: naming.completed(k, pairs[k], named[k], fault) for k in unnamed if k != last}
        mended = [k for k in unnamed if not named[k].is_open]
        inside = {number for k in mended for number in self.alignment.above_in_keras(k)} - set(mended)
        return {k: each for k, each in named.items() if each.cause or k not in inside}

    def _probes(self, loose: Mapping[int, int], tried: Mapping[int, tuple[Trial, ...]]) -> dict[int, Probe]:
        """Every matched operation is compared and replaced by the reference, with its trials."""
        layers = {t: self.probing.layer(k, tried.get(k, ())) for k, t in self.alignment.anchors.items()}
        return layers | {t: self.probing.operation(k, tried[k]) for k, t in loose.items()}

    def _entering(self, numbers: Sequence[int]) -> Mapping[int, NDArray]:
        """What these layers of Keras were given."""
        duo = self.pair.duo
        options = {"dtype": "float64", "inputs": self.inputs, "training": self.training}
        recorded = duo.ask(duo.keras, "trace", enter=self.towers.members_of(numbers), **options)
        return self.towers.together(recorded.entering)

    def _explained(self, left: Iterable[str], bad: Sequence[int], run: Run, real: Collection[int]) -> bool:
        """The last layer that still parts is a fault, which the outputs that are left may come from."""
        anchors = self.alignment.anchors
        parting = [k for k in bad if run.figure(k, anchors[k]) > PROOF_BOUND and k in self._last_layers(left)]
        return bool(parting) and max(parting) in real

    def _last_layers(self, outputs: Iterable[str]) -> set[int]:
        """The matched layers that these outputs come from by no other."""
        anchors, nearest = self.alignment.anchors, upstream(self.keras.events, self.alignment.anchors)
        ends = {end for name in outputs for end in self.keras.ends.get(name, ()) if end >= 0}
        return {n for end in ends for n in ({end} if end in anchors else nearest[end])}


def _looped(naming: Naming, pairs: Mapping[int, int], named: Mapping[int, Fault]) -> dict[int, Fault]:
    """Faults with the causes of those that a loop over a cell has; one that no value showed explains all others."""
    found = {k: naming.looped(k, pairs[k], fault) for k, fault in named.items()}
    whole = [k for k, fault in found.items() if fault.cause and not named[k].cause and math.isinf(fault.found.figure)]
    return {k: fault for k, fault in found.items() if fault.cause or not whole}
