"""What is known of two operations in one place: their values, weights and surroundings."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from parity.diagnosis.alignment import Alignment
from parity.hypotheses import STRAIGHT, Graph, Suspect
from parity.hypotheses.activations import graph_of
from parity.hypotheses.kinds import APPLIED, ELEMENTWISE, FACTORS, JOINING, SOFTMAXES
from parity.hypotheses.windows import POOLING
from parity.hypotheses.wiring import joining
from parity.kinds import SYNONYMS
from parity.layouts import Weights
from parity.listing import as_listed
from parity.loaded import Loaded
from parity.mapping import by_layer, placeholders_in_keras
from parity.masks import HIDDEN
from parity.matching import RECURRENT, upstream
from parity.pair import Pair
from parity.recording import Arrays, Event, Trace

BENT = APPLIED | ELEMENTWISE
PLAIN = FACTORS | {"add", "subtract"}
"""What may stand beside them in a function of single numbers."""
FEW = 16
"""So few numbers may be in order by chance."""


class Evidence:
    """Everything that a suspicion may look at.

    Args:
        pair: whose weights they are.
        keras: a run of the Keras model with the values of every operation.
        alignment: which operation is which.
        inputs: of both models.
        training: they ran in train mode.
        entering: first inputs of Keras layers, by number: an index or a transposition before them is no operation of
            its own.
    """

    def __init__(
        self,
        pair: Pair,
        keras: Trace,
        alignment: Alignment,
        inputs: Arrays,
        training: bool,
        entering: Mapping[int, NDArray],
    ) -> None:
        self.pair, self.keras, self.alignment = pair, keras, alignment
        self.inputs, self.training, self.entering = inputs, training, entering

    def suspect(self, k: int, t: int) -> Suspect:
        """Two operations as a suspicion sees them."""
        ours, theirs = self.alignment.keras[k], self.alignment.torch[t]
        anchored, packed = k in self.alignment.anchors, theirs.kind == "multi_head_attention"
        begin = self.begin(k, t)
        return Suspect(
            keras=ours,
            torch=self._without_constants(theirs),
            weights=self.weights.get(ours.layer or "", {}) if anchored else {},
            stored=self.weights.get(ours.layer or "", {}),
            inputs=tuple(_as_taken(value, ours, theirs) for value in self.given(begin)),
            torch_weights=self._torch_weights.get(ours.layer or "", {}) if anchored else None,
            neighbours=self._neighbours(k),
            before_keras=self._events(set(self._projected(ours)) if packed else self.alignment.keras[begin].sources),
            before_torch=tuple(self.alignment.torch[source] for source in theirs.sources if source >= 0),
            written=frozenset(self.alignment.torch[number].kind for number in self.alignment.above_in_torch(t)),
            lengths=self._lengths,
            loaded=self._loaded(k, t),
            entering=self._entering(ours) if packed else (),
            projections=self._projections(ours) if packed else (),
            value=self.value(k),
            training=self.training,
            other_sources=self._other_sources(k, t),
            straight=self.straight(k, t),
            seen=self.seen(k),
            joins_alike=self._joins_alike or self.joined_elsewhere(k, t),
            kernels=self.kernels(k),
            steps=self._steps(ours),
            maps=self._maps(ours),
            given=tuple(array for array in self.inputs.values() if np.issubdtype(array.dtype, np.floating)),
            unmatched=self._unmatched(ours),
            stack=self._stack(k, t) if theirs.kind in RECURRENT else (),
        )

    def _without_constants(self, event: Event) -> Event:
        """Its tables that nobody trains are no tensors of the model, to the other side."""
        if "tensors" not in event.attributes:
            return event
        explained = self.pair.mapping.explained
        left = tuple(t for t in event.attributes["tensors"] if explained.get(t) != "constant-buffer")
        others = {name: value for name, value in event.attributes.items() if name != "tensors"}
        return replace(event, attributes=others | ({"tensors": left} if left else {}))

    @cached_property
    def _joins_alike(self) -> bool:
        return joining(self.alignment.keras) == joining(self.alignment.torch)

    def begin(self, k: int, t: int) -> int:
        """The first layer of Keras where PyTorch has several recurrent ones in one; ``k`` itself elsewhere."""
        theirs = self.alignment.torch[t]
        stack = self.pair.match.fused.get(theirs.layer or "", ()) if theirs.kind in RECURRENT else ()
        if self.alignment.keras[k].layer not in stack[1:]:
            return k
        return max((n for n, event in enumerate(self.alignment.keras[:k]) if event.layer == stack[0]), default=k)

    def _steps(self, event: Event) -> tuple[tuple[NDArray, bool], ...]:
        """Sequences in front of an operation, and in front of the pools there."""
        sources = [source for source in event.sources if source >= 0]
        pools = [source for source in sources if self.alignment.keras[source].kind in POOLING]
        found = [(self.value(source), False) for source in sources]
        found += [(self.value(before), True) for pool in pools for before in self.alignment.keras[pool].sources[:1]]
        return tuple((value, pooled) for value, pooled in found if value is not None and value.ndim == 3)

    def _maps(self, event: Event) -> tuple[NDArray, ...]:
        """Images in front of an operation, and in front of what crops them."""
        sources = [source for source in event.sources if source >= 0]
        crops = [source for source in sources if "crop" in self.alignment.keras[source].kind]
        sources += [before for crop in crops for before in self.alignment.keras[crop].sources]
        return tuple(value for value in map(self.value, sources) if value is not None and value.ndim == 4)

    def _unmatched(self, event: Event) -> tuple[NDArray, ...]:
        """What layers that have no twin give to an operation."""
        alone, _ = self.pair.alone
        lonely = [source for source in event.sources if source >= 0 and self._made_by(source) in alone]
        return tuple(value for value in map(self.value, lonely) if value is not None)

    def _made_by(self, number: int) -> str | None:
        """The layer with weights whose value it is, or what an activation makes of that."""
        event = self.alignment.keras[number]
        bent = event.layer is None and event.kind in APPLIED and len(event.sources) == 1 and event.sources[0] >= 0
        return self._made_by(event.sources[0]) if bent else event.layer

    def _stack(self, k: int, t: int) -> tuple[tuple[Event, Weights], ...]:
        """The layers of Keras, up to ``k``, that are one in PyTorch, with their weights."""
        paths = self.pair.match.fused.get(self.alignment.torch[t].layer or "", ())
        events = [event for event in self.alignment.keras[self.begin(k, t) : k] if event.layer in paths]
        layers = [*events, self.alignment.keras[k]]
        return tuple((event, self.weights.get(event.layer or "", {})) for event in layers)

    def value(self, number: int) -> NDArray | None:
        """What a Keras operation gave, or an input of the model."""
        if number >= 0:
            return self.keras.values.get(number)
        return self.inputs[list(self.inputs)[-1 - number]]

    def seen(self, k: int) -> NDArray | None:
        """What each target of the attention in front of ``k`` may look at; None where there is no attention."""
        masks = [self.keras.masks[n] for n in (*self.alignment.above_in_keras(k), k) if n in self.keras.masks]
        if masks:
            return masks[0] if len(masks) == 1 else None
        softmaxes = [n for n in (*self.alignment.above_in_keras(k), k) if self.alignment.keras[n].kind == "softmax"]
        weights = [value for value in map(self.value, softmaxes) if value is not None and value.ndim > 2]
        return weights[0] >= HIDDEN if len(weights) == 1 else None

    def given(self, k: int) -> tuple[NDArray, ...]:
        """What a Keras operation was given."""
        event = self.alignment.keras[k]
        sources = [self.value(source) for source in event.sources]
        values = [_entered(value, event.given) for value in sources if value is not None]
        entering = self.entering.get(k)
        if entering is None:
            return tuple(values)
        values.sort(key=lambda value: value.shape != entering.shape)  # a mask may stand in front of what it masks
        if any(self.alignment.keras[s].attributes.get("results", 1) > 1 for s in event.sources if s >= 0):
            return (entering, *values[1:])  # of several results only the first is kept
        return (entering, *values[1:]) if not values or _moved(values[0], entering) else tuple(values)

    def kernels(self, k: int) -> tuple[NDArray, ...]:
        """What the layer stores whose code makes the value of ``k``, if one of them is a kernel."""
        event = self.alignment.keras[k]
        stored = self.weights.get(event.layer or event.path.rpartition(".")[0], {})
        return tuple(stored.values()) if any(array.ndim > 1 for array in stored.values()) else ()

    def addends(self, numbers: Iterable[int]) -> dict[str, NDArray]:
        """What these Keras operations add to one of their inputs, by path, where it is the same for every sample."""
        found = {}
        for number in numbers:
            event, after = self.alignment.keras[number], self.keras.values[number]
            for before in [self.value(source) for source in event.sources]:
                added = None if before is None or before.shape != after.shape else after - before
                if added is not None and np.allclose(added, added[:1]):
                    found[event.path] = added[:1]
        return found

    def turned(self, k: int) -> dict[int, tuple[NDArray, NDArray]]:
        """What rotary embeddings of Keras in front of ``k`` were given and gave, by the Torch number of their layer."""
        found = {}
        for number in self.alignment.above_in_keras(k):
            event = self.alignment.keras[number]
            value, layer = self.value(number), self.alignment.anchors.get(next(iter(event.sources), -1))
            if event.kind == "rotary_embedding" and layer is not None and value is not None:
                found[layer] = (self.given(number)[0].reshape(value.shape), value)
        return found

    def curve(self, k: int, t: int) -> tuple[NDArray, Graph] | None:
        """The value of a matched layer and the function of single numbers that Keras makes of it up to ``k``.

        None where one side does anything else in between, or both apply the same functions in another way.
        """
        ours = _chain(self.alignment.keras, k, self.alignment.anchors)
        theirs = _chain(self.alignment.torch, t, self.alignment.anchors_in_torch)
        if not ours or not theirs or self.alignment.anchors.get(ours[-1]) != theirs[-1]:
            return None
        used = [
            {SYNONYMS.get(events[n].kind, events[n].kind) for n in chain[:-1]} & BENT
            for events, chain in ((self.alignment.keras, ours), (self.alignment.torch, theirs))
        ]
        x, y = self.value(ours[-1]), self.value(k)
        if used[0] == used[1] or x is None or y is None:
            return None
        return x, graph_of(x, y)

    def maps(self, numbers: Sequence[int]) -> list[tuple[NDArray, NDArray]]:
        """Bent functions of single numbers that these operations apply, each alone and all in a row."""
        ways = [(self.alignment.keras[number].sources, number) for number in numbers]
        ways += [(ways[0][0], number) for number in numbers[-1:] if len(numbers) > 1]
        pairs = [(self.value(sources[0]), self.value(number)) for sources, number in ways if len(sources) == 1]
        graphs = [_graph(x, y) for x, y in pairs if x is not None and y is not None and x.shape == y.shape]
        return [graph for graph in graphs if graph is not None]

    @cached_property
    def weights(self) -> Mapping[str, Weights]:
        """Of the Keras layers, by path."""
        return by_layer(self.pair.weights[0])

    @cached_property
    def _torch_weights(self) -> Mapping[str, Weights]:
        """Of the Torch layers as Keras would store them, by path in Keras."""
        return by_layer(placeholders_in_keras(self.pair.mapping, self.pair.descriptions[1]))

    def _neighbours(self, k: int) -> tuple[str, ...]:
        near = self.alignment.above_in_keras(k) | self.alignment.followers(k)
        return tuple(self.alignment.keras[number].kind for number in sorted(near))

    def _events(self, numbers: Iterable[int]) -> tuple[Event, ...]:
        return tuple(self.alignment.keras[number] for number in numbers if number >= 0)

    def _projected(self, output: Event) -> list[int]:
        """What the projections that meet in ``output`` were given."""
        return [source for event in self._events(self._meeting(output)) for source in event.sources]

    def _meeting(self, output: Event) -> list[int]:
        """The layers with weights that ``output`` comes from, in execution order; scores have none."""
        found, unseen = set[int](), list(output.sources)
        while unseen:
            source = unseen.pop()
            layer = self.alignment.keras[source].layer if source >= 0 else None
            if source < 0 or layer in self.weights:
                found.add(source)
            else:
                unseen += self.alignment.keras[source].sources
        return sorted(found)

    def _entering(self, output: Event) -> tuple[NDArray, ...]:
        """The input of each projection that meets in ``output``: of query, key and value."""
        values = [self.value(source) for source in self._projected(output)]
        return tuple(value for value in values if value is not None)

    def _projections(self, output: Event) -> tuple[Weights, ...]:
        """Weights of the layers that meet in ``output``."""
        return tuple(self.weights.get(event.layer or "", {}) for event in self._events(self._meeting(output)))

    def straight(self, k: int, t: int) -> bool:
        """Nothing but what moves or scales stands between these operations and the inputs of the models."""
        return straight(self.alignment.keras, k) and straight(self.alignment.torch, t)

    def _other_sources(self, k: int, t: int) -> bool:
        """The matched layers in front of the one are not those in front of the other."""
        ours, theirs = self._nearest
        packed = self.alignment.torch[t].kind == "multi_head_attention"
        layers = self._meeting(self.alignment.keras[k]) if packed else (k,)
        nearest = {n for layer in layers for n in (ours[layer] if layer >= 0 else {layer})}
        return {self.alignment.anchors.get(n, n) for n in nearest} != set(theirs[t])

    def joined_elsewhere(self, k: int, t: int) -> bool:
        """What only one side joins in front of the operation is joined in another place on the other side."""
        ours, theirs = self._nearest
        mine, others = frozenset(self.alignment.anchors.get(n, n) for n in ours[k]), theirs[t]
        joins = [self._joins(self.alignment.keras, ours), self._joins(self.alignment.torch, theirs)]
        joins[0] = {frozenset(self.alignment.anchors.get(n, n) for n in each) for each in joins[0]}
        only_ours, only_theirs = joins[0] - joins[1], joins[1] - joins[0]
        return any(each & (mine - others) for each in only_theirs) or any(each & (others - mine) for each in only_ours)

    def _joins(self, events: Sequence[Event], nearest: Sequence[frozenset[int]]) -> set[frozenset[int]]:
        """The layers whose values are joined, for every operation that joins several."""
        joins = [n for n, event in enumerate(events) if event.kind in JOINING and len(event.sources) > 1]
        return {nearest[n] for n in joins}

    @cached_property
    def _nearest(self) -> tuple[list[frozenset[int]], list[frozenset[int]]]:
        """For every operation of either side, the matched layers or inputs that its value comes from."""
        alignment = self.alignment
        return upstream(alignment.keras, alignment.anchors), upstream(alignment.torch, alignment.anchors_in_torch)

    @cached_property
    def _lengths(self) -> tuple[int, ...] | None:
        """Lengths of padded token sequences: whole numbers that end in zeros."""
        for array in self.inputs.values():
            real = array != 0
            padded = array.ndim == 2 and np.issubdtype(array.dtype, np.integer) and not real.all()
            if padded and (real[:, :-1] >= real[:, 1:]).all():
                return tuple(int(n) for n in real.sum(1))
        return None

    def _loaded(self, k: int, t: int) -> Loaded | None:
        """Where the user loaded the weights: those that are there, and those that should be."""
        path, other = self.alignment.keras[k].layer, self.alignment.torch[t].layer
        if not self.pair.own_weights or k not in self.alignment.anchors or path is None or other is None:
            return None
        inside = self.alignment.torch[t].kind == "multi_head_attention"
        found, right, plain = (_stored_in(other, tensors, inside) for tensors in self._own_tensors)
        others = {layer: tensors for layer, tensors in self.weights.items() if layer != path}
        return Loaded(found, right, plain, others)

    @cached_property
    def _own_tensors(self) -> Sequence[Mapping[str, Weights]]:
        """Torch tensors by layer: as they are, after a transfer, and after one that keeps the order of features."""
        mapping, (keras, torch) = self.pair.mapping, self.pair.weights
        plain = replace(mapping, carried={})
        return by_layer(torch), by_layer(mapping.to_torch(keras)), by_layer(plain.to_torch(keras))


def _stored_in(layer: str, tensors: Mapping[str, Weights], inside: bool) -> Weights:
    """Tensors of a layer by name; those of layers ``inside`` it too, by names with dots."""
    parts = {path.removeprefix(layer): own for path, own in tensors.items() if path.startswith(f"{layer}.") and inside}
    below = {f"{path[1:]}.{name}": array for path, own in parts.items() for name, array in own.items()}
    return {**tensors.get(layer, {}), **below}


def _as_taken(value: NDArray, ours: Event, theirs: Event) -> NDArray:
    """Features that the trace puts in order for Keras, where nothing is known of what PyTorch lists."""
    listing = ours.flattened
    if listing is None or theirs.flattened is not None or value.shape[-1:] != (listing.length,):
        return value
    return as_listed(value, listing)


def _chain(events: Sequence[Event], number: int, anchors: Collection[int]) -> list[int]:
    """Functions of single numbers from ``number`` up to the matched layer that they start from; else nothing."""
    found = [number]
    while found[-1] not in anchors:
        event = events[found[-1]]
        single = len(event.sources) == 1 and event.sources[0] >= 0 and "tensors" not in event.attributes
        if not single or event.kind not in BENT | PLAIN or event.kind in SOFTMAXES:
            return []
        found.append(event.sources[0])
    return found


def _graph(x: NDArray, y: NDArray) -> tuple[NDArray, NDArray] | None:
    """The function that makes ``y`` of ``x``, by its values, if it rises or falls throughout and is no line."""
    xs, ys = graph_of(x, y)
    steps = np.diff(ys)
    if x.size < FEW or not ((steps >= 0).all() or (steps <= 0).all()):
        return None
    line = np.polynomial.Polynomial.fit(xs, ys, 1)(xs)
    return None if np.allclose(line, ys, atol=1e-9 * np.abs(ys).max()) else (xs, ys)


def straight(events: Sequence[Event], number: int) -> bool:
    """Every operation in front of this one comes from the inputs of the model and only moves or scales them."""
    before = [source for source in events[number].sources if source >= 0]
    return all(events[source].kind in STRAIGHT and straight(events, source) for source in before)


def _entered(value: NDArray, shape: tuple[int, ...]) -> NDArray:
    """A value as the operation was given it: a reshape between them is no operation of its own."""
    return value.reshape(shape) if value.size == math.prod(shape) else value


def _moved(value: NDArray, entering: NDArray) -> bool:
    """The operation was given a part of the value, or its numbers in another order; not another random draw."""
    return value.shape != entering.shape or bool((np.sort(value, None) == np.sort(entering, None)).all())
