"""One pair of models on its way up the ladder: the sides, the inputs, the shared weights, cached results."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from collections.abc import Mapping as MappingType
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parity import draws
from parity.arrays import times
from parity.calibration import nudged
from parity.compare import PROOF_BOUND, Difference, Sized, compare_all, difference
from parity.dropping import Unlike
from parity.errors import SideFailed
from parity.mapping import Mapping, map_by_name, placeholders_in_torch
from parity.matching import Match
from parity.portions import Portion, portions
from parity.probes import ComparedGradients, rounding_only
from parity.process import Duo
from parity.recording import Arrays, Description, Forward, Gradients, Layer, Training
from parity.sides.source import Source
from parity.threads import each_behind
from parity.training import HEAVY, Plan, small_plan

SENSITIVE = 1e-3
PERTURBATIONS = 2
NOISE_FACTOR = 4.0
NUDGES = 4
LOUD = 1e-5
CHAOTIC = 1e-3
LOPSIDED = 50.0


@dataclass(frozen=True)
class Case:
    """One batch: inputs in canonical order and the targets of the recipe's loss."""

    inputs: Arrays
    targets: NDArray

    @property
    def batch(self) -> int:
        return len(next(iter(self.inputs.values())))

    def describe(self) -> str:
        return ", ".join(f"{name} {times(array.shape)}" for name, array in self.inputs.items())


@dataclass(frozen=True)
class Noise:
    """How far float32 runs of one model stray from its float64 run, relative to the peak; worst of all runs."""

    keras: float
    torch: float

    @property
    def bound(self) -> float:
        """Two float32 runs of one function differ by the stray of the one plus the stray of the other."""
        return NOISE_FACTOR * max(self.keras + self.torch, float(np.finfo(np.float32).eps))

    @property
    def lopsided(self) -> str | None:
        """One side that loses far more precision than its twin widens its own bound: that is a finding, not noise."""
        loud, quiet = max(self.keras, self.torch), min(self.keras, self.torch)
        if loud < LOUD or loud < LOPSIDED * quiet:
            return None
        return f"float32 loses precision on one side: it strays {self.keras:.1e} in keras, {self.torch:.1e} in torch"


@dataclass
class Pair:
    """Two models that should be one.

    Args:
        name: ``twin/preset``, or the two references.
        duo: the sides, not yet loaded.
        keras_source, torch_source: where the models come from.
        cases: batches, at least three for a full check.
        loss: a name known to both sides.
        seed: seed of every random choice of the check.
        expected_parameters: the published count of the registry, 0 where none is known.
        published: further published counts, by Keras parameter path.
        own_weights: judge the weights that the models have instead of one set for both.
        plan: how both are trained; a few small steps without one.
        amplified: rounding may grow beyond the bound of the proof where each operation alone is proven.
        calibrated: make that set testable first; otherwise it is what Keras initialised.
        levelled: and scale and shift what every layer makes to one deviation and mean 0.
        wide: or give it shifts so large that some units are always below zero.
        diagnoses: what was found by case and mode; see ``parity.diagnosis``.
        proven_state: runs, the step after which their weights were last found alike, and how far they are apart.
    """

    name: str
    duo: Duo
    keras_source: Source
    torch_source: Source
    cases: tuple[Case, ...]
    loss: str
    seed: int = 0
    expected_parameters: int = 0
    published: MappingType[str, int] = field(default_factory=dict)
    own_weights: bool = False
    calibrated: bool = True
    levelled: bool = False
    wide: bool = False
    amplified: bool = False
    plan: Plan | None = None
    _gradients: dict[str, tuple[Gradients, Gradients]] = field(default_factory=dict)
    _compared: dict[str, ComparedGradients] = field(default_factory=dict)
    diagnoses: dict[tuple[int, bool], Any] = field(default_factory=dict)
    proven_state: tuple[tuple[Training, Training], int, dict[str, Difference]] | None = None
    _forwards: dict[tuple[str, int, bool], tuple[Forward, Forward]] = field(default_factory=dict)

    @cached_property
    def descriptions(self) -> tuple[Description, Description]:
        return self.duo.both("load", {"source": self.keras_source}, {"source": self.torch_source}, seed=self.seed)

    @cached_property
    def mapping(self) -> Mapping:
        return map_by_name(*self.descriptions)

    @cached_property
    def unfitting(self) -> frozenset[str]:
        """Torch tensors whose twin in Keras has another shape: neither can take the values of the other."""
        arriving = placeholders_in_torch(self.mapping, self.descriptions[0])
        return frozenset(arriving.keys() - fitting(self.descriptions[1], arriving).keys())

    def arriving(self, keras: Arrays) -> Arrays:
        """Keras tensors as Torch stores them, those that fit."""
        return {path: array for path, array in self.mapping.to_torch(keras).items() if path not in self.unfitting}

    @cached_property
    def alone(self) -> tuple[frozenset[str], frozenset[str]]:
        """Layers with tensors, none of which has a place on the other side: (Keras, Torch)."""
        found = []
        for description, only in zip(
            self.descriptions, (self.mapping.only_keras, self.mapping.only_torch), strict=True
        ):
            placed = {parameter.layer for parameter in description.parameters if parameter not in only}
            found.append(frozenset({parameter.layer for parameter in only} - placed))
        return found[0], found[1]

    @property
    def unlike_drops(self) -> tuple[Unlike, ...]:
        """What drops at random in one place, but not alike; layers that share a name are compared as layers."""
        return ()

    @property
    def trains(self) -> bool:
        """The user's own optimizers and losses came with the models."""
        return False

    @property
    def biased(self) -> frozenset[str]:
        """Torch norms whose Keras twin updates its running variance over n; rule: norm-running-variance."""
        return frozenset()

    @property
    def doubled(self) -> frozenset[str]:
        """Torch biases beside the one that Keras has, which a run of ours leaves alone; rule: recurrent-two-biases."""
        return frozenset()

    @property
    def by_name(self) -> bool:
        """The same names on both sides are a promise that is checked; else layers are matched."""
        return True

    def state_after(self, case: int, keras: Arrays, torch: Arrays) -> Arrays:
        """Running statistics of the Torch side after one train-mode pass, as Keras stores them."""
        return self.mapping.to_keras(torch)

    @cached_property
    def match(self) -> Match:
        """Which layer is which: by name."""
        return Match({path: path for path in self.common}, {}, {})

    @property
    def twins(self) -> list[tuple[Layer, Layer]]:
        """Matched layers, in Keras's order."""
        keras, torch = self.descriptions
        theirs = torch.by_path
        matched = self.match.layers
        return [(layer, theirs[matched[layer.path]]) for layer in keras.layers if matched.get(layer.path, "") in theirs]

    @property
    def functions(self) -> list[tuple[Layer, Layer]]:
        """Keras layers that are a function with settings in the Torch model's code, each with that."""
        return []

    @cached_property
    def common(self) -> frozenset[str]:
        """Paths that exist on both sides: the taps."""
        keras, torch = self.descriptions
        return frozenset(keras.by_path) & frozenset(torch.by_path)

    @cached_property
    def weights(self) -> tuple[Arrays, Arrays]:
        """The state that both models are judged in, (Keras, Torch), float32 values; set on first use."""
        _ = self.descriptions
        if self.own_weights:
            return self.duo.both("keep")
        keras = self.start
        torch = self.arriving(keras)
        self.duo.ask(self.duo.torch, "agree", weights=torch)
        return keras, torch

    @cached_property
    def start(self) -> Arrays:
        """Weights of the Keras model, float32 values: calibrated, unless they are to be judged as they are."""
        if self.own_weights:
            weights: Arrays = self.duo.ask(self.duo.keras, "get_weights", dtype="float32")
            return weights
        case = self.cases[self._largest_batch if self.levelled else 0]
        inputs = case.inputs if self.calibrated else None
        begin = {"seed": self.seed, "inputs": inputs, "levelled": self.levelled, "wide": self.wide}
        chosen: Arrays = self.duo.both("begin", begin)[0]
        return chosen

    def restore(self, dtype: str) -> None:
        """Both models go back to ``weights``."""
        self.duo.both("restore", dtype=dtype)

    def expect_training(self) -> None:
        """Tell the slower side that its training will come, if it is a large one."""
        count = self.descriptions[0].total_count
        if count > HEAVY:
            self.duo.ask(self.duo.keras, "expect_training", weights=count)

    @cached_property
    def trained(self) -> tuple[Training, Training]:
        """Both runs of the plan in float64, every step recorded; the models have their weights back afterwards."""
        start = self.weights
        plan = self.chosen_plan
        quiet = self.rounding
        self.restore("float64")
        try:
            return self.duo.both(
                "train",
                {"quiet": quiet},
                {
                    "quiet": frozenset(self.mapping.to_torch({path: start[0][path] for path in quiet})) | self.doubled,
                    "biased": self.biased,
                },
                dtype="float64",
                recipe=plan.recipe,
                training=plan.training,
                validation=plan.validation,
                options=plan.options,
                seed=self.seed,
                keep=plan.keep,
            )
        finally:
            self.restore("float64")

    @cached_property
    def rounding(self) -> frozenset[str]:
        """Weights whose gradient is rounding alone: both runs take it as zero, for Adam would make steps of it."""
        return rounding_only(self)

    def gradients(self, probe: str, **arguments: Any) -> tuple[Gradients, Gradients]:
        """Both gradients of one probe on case 0, as Keras stores them; the last ones are remembered."""
        if probe not in self._gradients:
            _ = self.weights
            self._gradients = {probe: self._gradients_of(self.cases[0].inputs, arguments)}
        return self._gradients[probe]

    def _gradients_of(self, inputs: Arrays, arguments: MappingType[str, Any]) -> tuple[Gradients, Gradients]:
        keras, torch = self.duo.both("gradients", **self._asked_for_gradients(inputs, arguments))
        return keras, replace(torch, parameters=self.mapping.to_keras(torch.parameters, gradients=True))

    def _asked_for_gradients(self, inputs: Arrays, arguments: MappingType[str, Any]) -> dict[str, Any]:
        return {"dtype": "float64", "inputs": inputs, "seed": self.seed, "dropout": self.by_name, **arguments}

    def compared_gradients(self, probe: str, **arguments: Any) -> ComparedGradients:
        """Both gradients of one probe on case 0, compared a portion at a time."""
        if probe not in self._compared:
            _ = self.weights
            asked = self._asked_for_gradients(self.cases[0].inputs, arguments)
            keras, torch = self.duo.both("gradients", hold=True, **asked)
            parameters: dict[str, Sized] = {}
            compare = partial(compare_all, bound=PROOF_BOUND, what="a gradient")
            for found in each_behind(compare, self.by_portion("held", gradients=True)):
                parameters |= found
            self.duo.both("let_go")
            inputs = compare_all(keras.inputs, torch.inputs, PROOF_BOUND, "a gradient")
            loss = difference(np.array(keras.loss), np.array(torch.loss), PROOF_BOUND)
            self._compared[probe] = ComparedGradients(loss, parameters, inputs)
        return self._compared[probe]

    @cached_property
    def portions(self) -> tuple[Portion, ...]:
        return portions(self.mapping, *self.descriptions)

    def by_portion(
        self, method: str, gradients: bool = False, only: str = "", **asked: Any
    ) -> Iterator[tuple[Arrays, Arrays]]:
        """What both sides answer for the ``paths`` of a portion, as Keras stores them, one portion after the other.

        The sides may not be asked for anything else before the last one is there.

        Args:
            only: of this Keras tensor, with what belongs together with it.
        """
        wanted = [portion.around(only) for portion in self.portions if only in portion.keras] if only else self.portions
        answers = self.duo.in_turn(method, [{**asked, **portion.asked} for portion in wanted])
        for portion, (keras, torch) in zip(wanted, answers, strict=True):
            yield keras, portion.mapping.to_keras(torch, gradients)

    @cached_property
    def chosen_plan(self) -> Plan:
        case = self.cases[self._largest_batch]
        heavy = self.descriptions[0].total_count > HEAVY
        return self.plan or small_plan(case.inputs, case.targets, self.loss, self.seed, heavy)

    @cached_property
    def moved(self) -> float:
        """How far ``trained`` moved the weights of Keras, relative to the peak; the largest over the tensors."""
        _ = self.trained
        found: float = self.duo.ask(self.duo.keras, "moved")
        return found

    def forget_training(self) -> None:
        """Free what the sides keep of ``trained``."""
        self.duo.both("forget_training")
        self.proven_state = None
        for name in ("trained", "moved"):
            vars(self).pop(name, None)

    def trained_state(self, step: int, what: str, only: str = "") -> Iterator[tuple[Arrays, Arrays]]:
        """Weights or a slot of the optimizer after a step of ``trained``, as ``by_portion`` gives them."""
        return self.by_portion("trained", gradients=what != "weights", only=only, step=step, what=what)

    def forward(self, dtype: str, case: int, training: bool) -> tuple[Forward, Forward]:
        """Both forward passes on one case; float64 ones carry the taps of case 0 and are remembered."""
        key = (dtype, case, training)
        if key not in self._forwards:
            _ = self.weights
            taps = self.common if dtype == "float64" and case == 0 else frozenset()
            self._forwards[key] = self.duo.both(
                "forward",
                dtype=dtype,
                inputs=self.cases[case].inputs,
                training=training,
                seed=self.seed,
                taps=taps,
                dropout=self.by_name,
            )
        return self._forwards[key]

    @property
    def eval_only(self) -> str | None:
        """Why the pair cannot be judged in train mode, if that is so."""
        return None

    @cached_property
    def train_cases(self) -> tuple[int, ...]:
        """Cases with more than one sample: batch statistics of one sample are not defined."""
        return () if self.eval_only else self._batches

    @property
    def _batches(self) -> tuple[int, ...]:
        return tuple(index for index, case in enumerate(self.cases) if case.batch > 1)

    @cached_property
    def sensitivity(self) -> float:
        """How much the output of unrelated samples differs, relative to its peak; the smallest over outputs."""
        outputs = self.forward("float64", self._largest_batch, False)[0].outputs
        spreads = {name: _spread(array) for name, array in outputs.items()}
        telling = [spread for name, spread in spreads.items() if spread > 0 or not self._is_of_weights_alone(name)]
        return min(telling, default=0.0)

    def _is_of_weights_alone(self, output: str) -> bool:
        """Its gradients lead to weights and to no input: a deviation that is learned, beside a mean."""
        array = self.forward("float64", 0, False)[0].outputs[output]
        arrays = (array, *self.cases[0].inputs.values())
        if not all(np.issubdtype(each.dtype, np.floating) for each in arrays):
            return False
        try:
            found = self.gradients(f"of {output}", projections={output: np.ones_like(array)}, unstopped=True)
        except SideFailed:
            return False
        return all(each.parameters and not each.inputs for each in found)

    @cached_property
    def _largest_batch(self) -> int:
        return max(range(len(self.cases)), key=lambda index: self.cases[index].batch)

    @property
    def testable(self) -> bool:
        return self.sensitivity > SENSITIVE

    @cached_property
    def noise(self) -> Noise:
        """Stray of float32 runs under one-ulp perturbations of inputs and weights."""
        strays = {"keras": 0.0, "torch": 0.0}
        _ = self.weights
        for number in range(PERTURBATIONS):
            self.duo.both("nudge", dtype="float32", seed=self.seed, number=number)
            for case, training in self._nudged_runs(number):
                inputs = {n: nudged(a, self.seed, number, n) for n, a in self.cases[case].inputs.items()}
                runs = self.duo.both(
                    "forward", dtype="float32", inputs=inputs, training=training, seed=self.seed, dropout=self.by_name
                )
                for side, run, exact in zip(strays, runs, self.forward("float64", case, training), strict=True):
                    strays[side] = max(strays[side], _stray(run, exact))
        self.restore("float32")
        return Noise(**strays)

    def _nudged_runs(self, number: int) -> list[tuple[int, bool]]:
        """Of a large model every run is nudged once, in turn: it has rounding enough for a peak."""
        return self.runs[number::PERTURBATIONS] if self.descriptions[0].total_count > HEAVY else self.runs

    def proof_of_outputs(self, case: int, training: bool) -> float:
        """The bound of float64 outputs: more than that of the proof only where rounding is amplified."""
        if not self.amplified:
            return PROOF_BOUND
        exact = self.forward("float64", case, training)
        options: Any = {"dtype": "float64", "training": training, "seed": self.seed, "dropout": self.by_name}
        runs = [self.duo.both("forward", inputs=inputs, **options) for inputs in self._nudges(case)]
        return _widened(max(sum(map(_stray, run, exact)) for run in runs))

    def proof_of_gradients(self, probe: str, **arguments: Any) -> Callable[[str], float]:
        """The bound of each float64 gradient, by path; that of the loss has the name ``loss``."""
        if not self.amplified:
            return lambda path: PROOF_BOUND
        exact = _everything(self.gradients(probe, **arguments))
        strays: dict[str, float] = {}
        for inputs in self._nudges(0):
            moved = _everything(self._gradients_of(inputs, arguments))
            for path in exact[0].keys() & exact[1].keys():
                both = [
                    difference(before[path], after[path], PROOF_BOUND)
                    for before, after in zip(exact, moved, strict=True)
                ]
                strays[path] = max(strays.get(path, 0.0), sum(each.figure for each in both))
        return lambda path: _widened(strays.get(path, 0.0))

    def _nudges(self, case: int) -> Iterator[Arrays]:
        """Inputs moved by their last bit, while the weights are moved too; several times, for chance has a part."""
        for number in range(NUDGES):
            with self._nudged_weights(number):
                yield {
                    name: nudged(array, self.seed, number, name, dtype=np.float64)
                    for name, array in self.cases[case].inputs.items()
                }

    @contextmanager
    def _nudged_weights(self, number: int) -> Iterator[None]:
        """Every weight of the float64 models moved by its last bit."""
        _ = self.weights
        self.duo.both("nudge", dtype="float64", seed=self.seed, number=number)
        try:
            yield
        finally:
            self.restore("float64")

    @property
    def runs(self) -> list[tuple[int, bool]]:
        """Every (case, train mode) that is run."""
        return [(case, False) for case in range(len(self.cases))] + [(case, True) for case in self.train_cases]

    def projections(self, case: int) -> Arrays:
        """A fixed random direction for every floating output: the probe loss is its inner product."""
        outputs = self.forward("float64", case, False)[0].outputs
        return {
            name: draws.normal(array.shape, self.seed, "projection", name)
            for name, array in outputs.items()
            if np.issubdtype(array.dtype, np.floating)
        }


def fitting(torch: Description, arriving: Arrays) -> Arrays:
    """Those of the tensors that have the shape that the Torch model has them in."""
    shapes = {parameter.path: parameter.shape for parameter in torch.parameters}
    return {path: array for path, array in arriving.items() if array.shape == shapes.get(path, array.shape)}


def _everything(found: tuple[Gradients, Gradients]) -> tuple[Arrays, Arrays]:
    """Gradients of weights and inputs, and the loss, of either side."""
    keras, torch = ({**side.parameters, **side.inputs, "loss": np.array(side.loss)} for side in found)
    return keras, torch


def _widened(stray: float) -> float:
    """The bound where rounding alone moves a value by ``stray``; none where nothing is left of it."""
    return math.inf if stray > CHAOTIC else max(PROOF_BOUND, NOISE_FACTOR * stray)


def _spread(output: NDArray) -> float:
    """Largest distance of any sample from the first one, relative to the peak."""
    peak = float(np.abs(output).max(initial=0.0))
    if len(output) < 2 or not peak or not np.isfinite(output).all():
        return 0.0
    return float(np.abs(output[1:] - output[:1]).max()) / peak


def _stray(run: Forward, exact: Forward) -> float:
    return max(
        (
            difference(exact.outputs[name], array.astype(np.float64), PROOF_BOUND).figure
            for name, array in run.outputs.items()
            if np.issubdtype(array.dtype, np.floating)
        ),
        default=0.0,
    )
