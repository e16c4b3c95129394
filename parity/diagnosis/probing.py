"""Runs of the Torch model on Keras's values: compared, replaced by the reference, altered."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from parity.compare import PROOF_BOUND, Difference, difference
from parity.process import Duo
from parity.recording import Arrays, Probe, Probed, Trace, Trial


@dataclass(frozen=True)
class Run:
    """What came of one run: of every probe that was reached, by Torch number, and the outputs of the model."""

    found: Mapping[int, Probed]
    outputs: Arrays

    def figure(self, k: int, t: int) -> float:
        """How far ``t`` is from the reference ``k``; infinite if it did not run or was not compared."""
        differences = self.found[t].differences if t in self.found else {}
        return differences[k].figure if k in differences else math.inf


class Probing:
    """Runs of one model, on one batch, in one mode; references come from a run of Keras.

    Attributes:
        instead: Torch operation -> Keras operation, whose value every run goes on with; what it is compared with, and
            altered, is another matter.
        cropped: Torch operations of whose value everything behind takes a window alone, as long as that of Keras.
    """

    def __init__(self, duo: Duo, keras: Trace, inputs: Arrays, training: bool) -> None:
        self.duo, self.keras, self.inputs, self.training = duo, keras, inputs, training
        self.instead: Mapping[int, int] = {}
        self.cropped: frozenset[int] = frozenset()

    def run(self, probes: Mapping[int, Probe]) -> Run:
        """Carry out ``probes``, by Torch number, in one run.

        Raises:
            SideFailed: the model does not run with them.
        """
        probes = {**probes, **{t: self._going_on_with(k, probes.get(t)) for t, k in self.instead.items()}}
        probes = {t: replace(probe, cropped=t in self.cropped) for t, probe in probes.items()}
        answer = self.duo.ask(
            self.duo.torch, "probe", dtype="float64", inputs=self.inputs, probes=probes, training=self.training
        )
        return Run(*answer)

    def _going_on_with(self, k: int, probe: Probe | None) -> Probe:
        probe = probe or Probe()
        return replace(probe, references={**probe.references, **self.keras.values.only([k])}, force=k)

    def layer(self, k: int, tried: tuple[Trial, ...] = ()) -> Probe:
        """Compare with layer ``k`` and go on with its value; the state of a recurrence is a value too."""
        state = self.keras.events[k].attributes.get("returns") == "state"
        return Probe(self.keras.values.only([k]), k, state, tried, k)

    def operation(self, k: int, tried: tuple[Trial, ...] = ()) -> Probe:
        """Compare with operation ``k`` between the layers and go on with its value."""
        return Probe(self.keras.values.only([k]), k, False, tried, k)

    def forced(self, pairs: Mapping[int, int]) -> dict[int, Probe]:
        """Compare each Torch operation with its Keras number in ``pairs`` and go on with the reference."""
        return {t: self.layer(k) for k, t in pairs.items()}

    def compared(self, options: Mapping[int, Sequence[int]]) -> dict[int, Probe]:
        """Compare each Torch operation with every Keras operation that it may stand for, and change nothing."""
        references: defaultdict[int, list[int]] = defaultdict(list)
        for k, numbers in options.items():
            for t in numbers:
                references[t].append(k)
        return {t: Probe(self.keras.values.only(numbers)) for t, numbers in references.items()}

    def output(self, run: Run, name: str) -> Difference:
        """How far an output of ``run`` is from that of Keras."""
        if name not in run.outputs:
            return Difference(math.inf, reason=f"torch has no output {name!r}")
        return difference(self.keras.outputs[name], run.outputs[name], PROOF_BOUND)

    def parted(self, run: Run, names: Iterable[str]) -> list[str]:
        """The outputs among ``names`` that are not those of Keras."""
        return [name for name in names if self.output(run, name).figure > PROOF_BOUND]
