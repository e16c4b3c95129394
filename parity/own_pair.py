"""A pair that the user brings: find inputs, outputs, layers and tensors of the one in the other.

Both models run once and hand over the list of what they did (``recording.Event``); the layers are matched on these
lists, and the weights follow the match.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parity import draws
from parity.compare import PROOF_BOUND, difference
from parity.dropping import Unlike, unlike_drops
from parity.errors import SideFailed, UsageError, listed
from parity.given import refuse_unusable
from parity.goals import Goals, Several, drawn_goals
from parity.listing import Carried, Features, alike
from parity.mapping import Mapping as Tensors
from parity.mapping import map_by_match
from parity.matching import Match, match_layers
from parity.pair import Pair, fitting
from parity.partners import paths_in
from parity.recording import Arrays, Description, Drawing, Event, InputFacts, Layer, Trace
from parity.running_variance import VARIANCE, Norm, norms_of, over_n
from parity.settling import Settling
from parity.sides.recipes import GIVEN
from parity.towers import Towers, as_one
from parity.training import HEAVY, Plan
from parity.zoo.entry import Input

PIXEL = 128.0
ROWS = 10


@dataclass
class OwnPair(Pair):
    """Two models whose names have nothing to do with each other.

    Args:
        sample: zeros in the shapes of the inputs, for a Keras model that declares none, or Torch layers without sizes.
        given: pairs of paths that the user fixed.
        drawn: the inputs are random numbers of ours, whose size is a guess.
        rounded: the Torch model keeps its constants as float32 holds them, as the code of the Keras model does; for a
            second climb, as is ``levelled``.
        data: inputs and targets to train on, where both models come with an optimizer and a loss; drawn without.
    """

    sample: Arrays | None = None
    given: Mapping[str, str] | None = None
    drawn: bool = False
    rounded: bool = False
    data: tuple[Arrays, Goals] | None = None

    def anew(self, **changes: Any) -> OwnPair:
        """The same pair, not yet loaded."""
        return replace(self, **changes, _gradients={}, _compared={}, _forwards={}, diagnoses={})

    @property
    def more_telling(self) -> OwnPair | None:
        """What may show something where outputs hardly depend on inputs: first larger inputs, then other weights."""
        if self.drawn:
            return self.with_larger_inputs()
        return self.anew(levelled=True) if self.can_be_levelled else None

    @property
    def has_tables(self) -> bool:
        """The Torch model keeps constants of its own, which the code of the Keras model may round."""
        torch = self.descriptions[1]
        norms = {path for path, layer in torch.by_path.items() if layer.kind.endswith("_norm")}
        floats = [each for each in torch.parameters if each.dtype.startswith("float")]
        return any(each.buffer and each.layer not in norms for each in floats)

    @property
    def can_be_levelled(self) -> bool:
        return not self.levelled and not self.own_weights

    @property
    def can_be_wide(self) -> bool:
        return self.calibrated and not self.wide and not self.levelled and not self.own_weights

    def with_larger_inputs(self) -> OwnPair:
        """On numbers of the size of pixels: a model that scales them expects that."""
        cases = tuple(replace(case, inputs={n: _larger(a) for n, a in case.inputs.items()}) for case in self.cases)
        return self.anew(cases=cases, drawn=False)

    @cached_property
    def descriptions(self) -> tuple[Description, Description]:
        """Of both; weights that PyTorch computes are plain ones, unless Keras stores what they are computed from.

        Raises:
            UsageError: only the optimizer of PyTorch trains what they are computed from.
        """
        keras, torch = found = self.duo.both(
            "load",
            {"source": self.keras_source, "sample": self.sample},
            {"source": self.torch_source, "rounded": self.rounded, "sample": self.sample},
            seed=self.seed,
        )
        if torch.computed and keras.trainable_count == torch.stored_count != torch.trainable_count:
            options = {"source": self.torch_source, "rounded": self.rounded, "sample": self.sample}
            return keras, self.duo.ask(self.duo.torch, "load", **options, folded=False, seed=self.seed)
        if torch.computed and torch.trains and keras.trainable_count != torch.stored_count:
            raise UsageError(
                f"torch: {listed(torch.computed)}: computed from other tensors, which its optimizer trains instead",
                "give the torch module alone to compare what it computes; to train, take the norm away before the"
                " optimizer is made, or train the same tensors in keras",
            )
        return found

    @property
    def by_name(self) -> bool:
        return False

    @cached_property
    def trains(self) -> bool:
        """Both models come with an optimizer and a loss.

        Raises:
            UsageError: only the Torch model does.
        """
        keras, torch = (description.trains for description in self.descriptions)
        if torch and not keras:
            raise UsageError(
                "the torch model comes with an optimizer and a loss, the keras model without",
                "return (model, optimizer, loss) on both sides, or compile the keras model",
            )
        return keras and torch

    @cached_property
    def chosen_plan(self) -> Plan:
        """The user's optimizers and losses on the user's rows, three epochs; two steps for a large model."""
        if not self.trains:
            return super().chosen_plan
        heavy = self.descriptions[0].total_count > HEAVY
        inputs, goals = self.data or self._drawn_rows(4 if heavy else ROWS)
        batch = max(2, -(-len(goals) // (2 if heavy else 3)))
        batch += len(goals) % batch == 1
        options = {"epochs": 1 if heavy else 3, "batch": batch}
        if any(side.drops for side in self._runs[2]):
            options["undropped"] = True
        return Plan(GIVEN, (inputs, goals), None, options, keep=2 if heavy else 1000)

    @cached_property
    def biased(self) -> frozenset[str]:
        if not self.train_cases:
            return frozenset()
        case = self.train_cases[0]
        keras, torch = self.forward("float64", case, True)
        state = self.mapping.to_keras(torch.state)
        nearer = {name for name, array in self._over_n(case, state) if _nearer(keras.state[name], array, state[name])}
        return frozenset(norm.kept for path, norm in self._norms.items() if f"{path}/{VARIANCE}" in nearer)

    @cached_property
    def doubled(self) -> frozenset[str]:
        second = {path for path, rule in self.mapping.explained.items() if rule == "recurrent-two-biases"}
        return frozenset(() if self.trains else second)

    def _drawn_rows(self, rows: int) -> tuple[Arrays, Goals]:
        """Inputs like those of the first case, and targets that the losses take."""
        facts = {fact.name: fact for fact in self.descriptions[0].inputs}
        limits = self.token_limits
        inputs = {}
        for name, array in self.cases[0].inputs.items():
            fact = InputFacts(name, array.shape[1:], facts[name].dtype if name in facts else str(array.dtype))
            inputs[name] = drawn(fact, (rows, *array.shape[1:]), limits.get(name, 2), self.seed, rows)
        shapes = [(rows, *array.shape[1:]) for array in self.forward("float64", 0, False)[0].outputs.values()]
        losses = [facts[1] for facts in self.duo.both("training_facts", horizon=1)]
        if len(shapes) == 1:
            return inputs, drawn_goals(losses, shapes[0], self.seed)
        parts = losses[0].parts
        each = tuple(drawn_goals([part], shape, self.seed) for part, shape in zip(parts, shapes, strict=True))
        return inputs, Several(self.duo.ask(self.duo.keras, "output_names"), each)

    @cached_property
    def traces(self) -> tuple[Trace, Trace]:
        """What each model does on the first case; from here on the Torch side takes inputs by their Keras names."""
        towers, torch, _ = self._runs
        return towers.trace, torch

    @cached_property
    def _runs(self) -> tuple[Towers, Trace, Sequence[Drawing]]:
        _ = self.descriptions
        inputs = self.cases[0].inputs
        keras = self.duo.ask(self.duo.keras, "trace", dtype="float32", inputs=inputs)
        shapes = {name: array.shape for name, array in keras.outputs.items()}
        self.duo.ask(self.duo.torch, "bind", inputs=inputs, expected=shapes)
        drawing = self.duo.both("find_draws", inputs=inputs)
        self.duo.both("agree_on_noise", noise=all(side.noise for side in drawing))
        torch = self.duo.ask(self.duo.torch, "trace", dtype="float32", inputs=inputs)
        return as_one(keras, torch.events), torch, drawing

    @cached_property
    def eval_only(self) -> str | None:
        """A module may want targets in train mode, or give more outputs then, as those with an auxiliary head do."""
        asked: dict[str, Any] = {"dtype": "float32", "training": True, "dropout": False, "seed": self.seed}
        traces = self.traces
        for case in self._batches[:1]:
            try:
                runs = self.duo.both("forward", inputs=self.cases[case].inputs, **asked)
            except SideFailed as problem:
                return f"{problem.side} does not run in train mode ({problem.reason})"
            trained, judged = ([each.outputs.keys() for each in passes] for passes in (runs, traces))
            if trained[0] != trained[1] and judged[0] == judged[1]:
                side = int(trained[0] == judged[0])
                return f"{('keras', 'torch')[side]} gives other outputs in train mode ({', '.join(trained[side])})"
        return None

    @property
    def token_limits(self) -> dict[str, int]:
        """For each input that a table looks up, the number of its rows; of several, of the smallest.

        Where code of the user's own has the tables of Keras, those of PyTorch tell.
        """
        tables, theirs = map(self._tables_of, self.traces)
        if not tables:
            return {name: min(rows for rows, names in theirs.values() if name in names) for name in _all_names(theirs)}
        if len({rows for rows, _ in tables.values()}) > 1:
            alike = self._looked_up_alike(tables, {name for _, names in tables.values() for name in names})
            tables = {number: table for number, table in tables.items() if number not in alike}
        limits: dict[str, int] = {}
        for rows, names in tables.values():
            limits |= {name: min(rows, limits.get(name, rows)) for name in names}
        return limits

    def _tables_of(self, trace: Trace) -> dict[int, tuple[int, list[str]]]:
        """By the number of the operation, the rows of a table and the inputs that it is handed."""
        inputs = list(self.cases[0].inputs)
        tables: dict[int, tuple[int, list[str]]] = {}
        for number, event in enumerate(trace.events):
            rows, names = event.attributes.get("entries"), [inputs[-1 - n] for n in event.sources if n < 0]
            if rows and names:
                tables[number] = int(rows), names
        return tables

    def _looked_up_alike(self, tables: Collection[int], names: Collection[str]) -> set[int]:
        """Tables of one row for every token, such as that of types where code makes them all zero."""
        inputs = {name: _by_turns(a) if name in names else a for name, a in self.cases[0].inputs.items()}
        towers = self._runs[0]
        asked = {"dtype": "float32", "inputs": inputs, "enter": towers.members_of(tables)}
        entering = towers.together(self.duo.ask(self.duo.keras, "trace", **asked).entering)
        return {number for number, ids in entering.items() if ids.size and (ids == ids.flat[0]).all()}

    @cached_property
    def match(self) -> Match:
        keras, torch = self.traces
        refuse_unusable(self.given or {}, *self.descriptions)
        first = match_layers(*self.descriptions, keras, torch, self.given)
        if not first.rivals and not first.in_order:
            return first
        inputs = self.cases[0].inputs
        return Settling(self.duo, inputs, lambda: self.start, self._arriving, self._around, torch).run(first)

    @cached_property
    def unlike_drops(self) -> tuple[Unlike, ...]:
        return unlike_drops(*self.traces, self.match)

    def _around(self, chosen: Mapping[str, str]) -> Match:
        """Layers matched anew around some that are chosen."""
        return match_layers(*self.descriptions, *self.traces, {**(self.given or {}), **chosen})

    def _arriving(self, match: Match) -> Arrays:
        """What the Torch model would hold under ``match``."""
        return fitting(self.descriptions[1], self._mapped(match).to_torch(self.start))

    @cached_property
    def mapping(self) -> Tensors:
        found = self._mapped(self.match)
        return found if found.complete else found.without(self._unread(found))

    def _unread(self, mapping: Tensors) -> frozenset[str]:
        """Tensors of one side alone that no output depends on, whatever stops gradients on the way, in either mode.

        What a layer makes that runs, and is thrown away, is an operation that the other side lacks.
        """
        ones = {name: np.ones(a.shape) for name, a in self.traces[0].outputs.items() if a.dtype.kind == "f"}
        asked: dict[str, Any] = {"dtype": "float32", "inputs": self.cases[0].inputs, "projections": ones}
        try:
            found = self.duo.both("gradients", unstopped=True, dropout=False, **asked)
        except SideFailed:
            return frozenset()
        ran = {event.layer for trace in self.traces for event in trace.events}
        alone = {p.path for p in (*mapping.only_keras, *mapping.only_torch) if p.trainable and p.layer not in ran}
        unread = frozenset(alone - found[0].parameters.keys() - found[1].parameters.keys())
        return frozenset() if unread and self.eval_only else unread

    def _mapped(self, match: Match) -> Tensors:
        keras, torch = self.traces
        ours, theirs = _flattened(keras.events), _flattened(torch.events)
        kinds = {path: layer.kind for path, layer in self.descriptions[0].by_path.items()}
        carried = {
            path: Carried(kinds[path], *both)
            for path, listing in ours.items()
            for other in _partners(match, path)
            if other in theirs and (both := alike(listing, theirs[other])) and both[0].order != both[1].order
        }
        return map_by_match(*self.descriptions, match, carried)

    def state_after(self, case: int, keras: Arrays, torch: Arrays) -> Arrays:
        """With the variance over n instead of n - 1 where Keras updates it so; rule: norm-running-variance."""
        state = self.mapping.to_keras(torch)
        return state | {
            name: array for name, array in self._over_n(case, state) if _nearer(keras[name], array, state[name])
        }

    def _over_n(self, case: int, state: Arrays) -> Iterator[tuple[str, NDArray]]:
        """Running variances of the Torch side, had each batch been divided by n, by their Keras name."""
        return over_n(
            self._norms, self.traces[0].events, self.weights[0], state, (self.cases[case].batch, self.cases[0].batch)
        )

    @cached_property
    def _norms(self) -> dict[str, Norm]:
        """Batch norms of the Torch model by the path of their twin."""
        return norms_of(self.descriptions[0].layers, self.twins, self.match.tensors, self.traces[1].events)

    @property
    def functions(self) -> list[tuple[Layer, Layer]]:
        ours = self.descriptions[0].by_path
        return [(ours[path], norm.layer) for path, norm in self._norms.items() if norm.is_function]

    @cached_property
    def common(self) -> frozenset[str]:
        """Nothing is tapped by name."""
        return frozenset()


def _larger(array: np.ndarray) -> np.ndarray:
    return array * PIXEL if np.issubdtype(array.dtype, np.floating) else array


def _by_turns(array: NDArray) -> NDArray:
    """Tokens 0 and 1, which every table has rows for."""
    return (np.indices(array.shape).sum(0) % 2).astype(array.dtype)


def _nearer(wanted: NDArray, one: NDArray, other: NDArray) -> bool:
    return difference(wanted, one, PROOF_BOUND).figure < difference(wanted, other, PROOF_BOUND).figure


def _partners(match: Match, path: str) -> Iterator[str]:
    """The Torch layers that take what a Keras layer takes."""
    if path in match.layers:
        yield match.split.get(path, match.layers[path])
    yield from (torch for torch, parts in match.fused.items() if path in parts)
    yield from match.spread.get(path, ())
    yield from paths_in(match.cells[path]) if path in match.cells else ()


def _flattened(events: Sequence[Event]) -> dict[str, Features]:
    return {event.layer: event.flattened for event in events if event.layer and event.flattened}


def _padded(tokens: np.ndarray, padding: int = 0) -> np.ndarray:
    """Every row but the first ends in padding, each later."""
    if tokens.ndim != 2:
        return tokens
    length = tokens.shape[1]
    ends = length - np.arange(len(tokens)) % max(1, length - 1)
    return np.where(np.arange(length)[None] < ends[:, None], tokens, padding).astype(tokens.dtype)


def drawn(
    fact: InputFacts,
    shape: tuple[int, ...],
    tokens: int,
    seed: int,
    number: int,
    padded: bool = False,
    padding: int = 0,
) -> np.ndarray:
    """Random numbers as one input takes them: normal, or whole from 1 below ``tokens``; ``padding`` may end them.

    Bytes are the pixels of an image.
    """
    if fact.dtype == "bool":
        return draws.uniform(shape, seed, fact.name, number) < 0.7
    if fact.dtype == "uint8":
        return (256 * draws.uniform(shape, seed, fact.name, number)).astype(fact.dtype)
    whole = bool(fact.dtype) and not str(fact.dtype).startswith(("float", "bfloat"))
    if whole and "mask" in fact.name:
        return _padded(np.ones(shape, fact.dtype))
    if whole:
        numbers = (1 + np.floor(draws.uniform(shape, seed, fact.name, number) * (tokens - 1))).astype(fact.dtype)
        return _padded(numbers, padding) if padded else numbers
    return draws.normal(shape, seed, fact.name, number)


def sample_of(inputs: Sequence[Input]) -> Arrays | None:
    """Zeros in the shapes given by ``--input``."""
    if not inputs:
        return None
    return {i.name: np.zeros((2, *(n or 1 for n in i.shape)), i.dtype or "float32") for i in inputs}


def _all_names(tables: Mapping[int, tuple[int, list[str]]]) -> set[str]:
    return {name for _, names in tables.values() for name in names}
