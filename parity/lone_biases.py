"""Biases, scales and shifts that only one of two matched layers has: stated, and confirmed where the outputs show them.

They are taken away on the side that has them, all but one at a time. What a softmax cancels, such as the bias of keys,
no output shows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parity import draws
from parity.compare import PROOF_BOUND, difference
from parity.errors import SideFailed
from parity.fixes import fix_of
from parity.kinds import CONVOLUTIONS
from parity.likeness import initial
from parity.links import BranchesLink, FusedLink, Link, SeparateLink, SplitLink, SpreadLink, is_biased, units_of
from parity.pair import Pair
from parity.recording import Arrays, Layer, Parameter
from parity.surroundings import is_norm
from parity.verdicts import Cause

MISSING, INNER, BEFORE_NORM, OF_NORM = "bias-missing", "separable-inner-bias", "bias-before-norm", "norm-affine-missing"
RULES = frozenset({MISSING, INNER, BEFORE_NORM, OF_NORM})
PACKED = (FusedLink, SeparateLink, BranchesLink)
"""Several layers of Keras in one of PyTorch."""
SCALES, SHIFTS = frozenset({"gamma", "scale", "weight"}), frozenset({"beta", "shift", "bias"})
Masks = dict[str, NDArray]


@dataclass(frozen=True)
class Lone:
    """What one side has of two matched layers and the other has not.

    Args:
        keras, torch: paths of the layers.
        in_torch: PyTorch has it, else Keras.
        masks: the tensors that it is part of, 1 where it is.
    """

    rule: str
    keras: str
    torch: str
    in_torch: bool
    masks: Masks = field(compare=False)


def lone_biases(pair: Pair) -> tuple[Lone, ...]:
    """In the order of the links between the two models."""
    return tuple(lone for link in pair.mapping.links for lone in (*_of_layers(pair, link), *_of_parts(pair, link)))


def lone_causes(pair: Pair, lones: Sequence[Lone], confirmed: Collection[Cause]) -> tuple[Cause, ...]:
    """One for each that is not among ``confirmed``; with figures where the numbers show it."""
    open_ones = [lone for lone in lones if not any(_is_of(cause, lone) for cause in confirmed)]
    if not open_ones:
        return ()
    try:
        figures = _Removal(pair, lones).figures(open_ones)
    except SideFailed:
        figures = {}
    return tuple(_cause(pair, lone, figures.get(number)) for number, lone in enumerate(open_ones))


def _of_layers(pair: Pair, link: Link) -> Iterator[Lone]:
    """Tensors without a place, of layers that a link is between."""
    ours, theirs = _layers(link, "keras"), _layers(link, "torch")
    if not ours or not theirs:
        return
    mine = [p for p in pair.mapping.only_keras if p.layer in ours and _is_known(p, pair, 0)]
    if mine:
        yield Lone(_rule(pair, link, mine[0], 0), mine[0].layer, theirs[0], False, _whole(mine))
    rest = [p for p in pair.mapping.only_torch if p.layer in theirs and _is_known(p, pair, 1)]
    if rest:
        beside = [p for p in pair.descriptions[1].parameters if p.layer == rest[0].layer and _is_second(p, pair)]
        yield Lone(_rule(pair, link, rest[0], 1), ours[0], rest[0].layer, True, _whole([*rest, *beside]))
    if isinstance(link, PACKED):
        for layer, parameter in _beside(pair, link):
            yield Lone(MISSING, layer, parameter.layer, True, _whole([parameter]))


def _of_parts(pair: Pair, link: Link) -> Iterator[Lone]:
    """Parts of a bias that has a place for the others."""
    if not isinstance(link, (*PACKED, SpreadLink)):
        return
    in_torch = not isinstance(link, SpreadLink)
    parts = link.torch if isinstance(link, SpreadLink) else link.keras
    whole = _layers(link, "torch" if in_torch else "keras")[0]
    stored = {p.path for p in pair.descriptions[in_torch].parameters}
    for part in [part for part in parts if not is_biased(part)] if any(map(is_biased, parts)) else []:
        masks = {path: mask for path, mask in _packed(link, parts, part).items() if path in stored}
        if masks:
            keras, torch = (part.path, whole) if in_torch else (whole, part.path)
            yield Lone(MISSING, keras, torch, in_torch, masks)


def _packed(link: Link, parts: Sequence[Layer], part: Layer) -> Masks:
    """1 where the bias of a part stands in that of all."""
    biased = tuple(replace(each, attributes={**each.attributes, "bias": True}) for each in parts)
    ones = {each.path: {"bias": np.full(units_of(each), float(each is part))} for each in parts}
    if isinstance(link, SpreadLink):
        return replace(link, torch=biased).to_keras(ones)
    return replace(link, keras=biased).to_torch(ones)  # type: ignore[type-var]


def _beside(pair: Pair, link: FusedLink | SeparateLink | BranchesLink) -> Iterator[tuple[str, Parameter]]:
    """Biases that the code around a projection of PyTorch adds, and the parts of Keras that have none."""
    owner = link.torch.rpartition(".")[0]
    theirs = [p for p in pair.mapping.only_torch if p.layer == owner and _is_known(p, pair, 1) and len(p.shape) == 1]
    for part in [part for part in link.keras if not is_biased(part)]:
        named = [p for p in theirs if initial(p.name) == initial(part.path) and p.shape == (units_of(part),)]
        yield from ((part.path, parameter) for parameter in named[:1])


def _layers(link: Link, side: str) -> tuple[str, ...]:
    """Paths of the layers on one side of a link; a tensor of the user's own code may be part of anything."""
    if isinstance(link, SplitLink) and side == "torch":
        return link.depthwise.path, link.pointwise.path
    found = getattr(link, side)
    each = found if isinstance(found, tuple) else (found,)
    return tuple(one if isinstance(one, str) else one.path for one in each if not isinstance(one, Parameter))


def _is_known(parameter: Parameter, pair: Pair, side: int) -> bool:
    """By its name; what a norm has is named by its kind."""
    if parameter.buffer:
        return False
    layer = pair.descriptions[side].by_path.get(parameter.layer)
    if layer is not None and is_norm(layer):
        return parameter.name in SCALES | SHIFTS
    return "bias" in parameter.name.lower()


def _is_second(parameter: Parameter, pair: Pair) -> bool:
    """One of two biases of a recurrence, which has no place even where Keras has one."""
    return pair.mapping.explained.get(parameter.path) == "recurrent-two-biases"


def _rule(pair: Pair, link: Link, parameter: Parameter, side: int) -> str:
    layer = pair.descriptions[side].by_path[parameter.layer]
    if is_norm(layer):
        return OF_NORM
    if isinstance(link, SplitLink):
        return INNER
    return BEFORE_NORM if side == 0 and layer.kind in CONVOLUTIONS else MISSING


def _whole(parameters: Sequence[Parameter]) -> Masks:
    return {p.path: np.ones(p.shape) for p in parameters}


def _is_of(cause: Cause, lone: Lone) -> bool:
    """It says the same, of the layer on one side, or of an attention that the layer is in."""
    at_keras = bool(cause.keras) and f"{lone.keras}.".startswith(f"{cause.keras}.")
    at_torch = bool(cause.torch) and f"{lone.torch}.".startswith(f"{cause.torch}.")
    return cause.rule in RULES and (at_keras or at_torch)


def _cause(pair: Pair, lone: Lone, figures: tuple[float, float] | None) -> Cause:
    keras, torch = pair.descriptions[0].by_path[lone.keras], pair.descriptions[1].by_path[lone.torch]
    told = replace(torch, attributes={**torch.attributes, "bias": lone.in_torch})
    before, after = figures or (None, None)
    return Cause(lone.rule, lone.keras, lone.torch, bool(figures), before, after, fix_of(lone.rule, keras, told))


class _Removal:
    """Outputs of both models on the first case, while some of what only one side has is as good as not there.

    What nobody has set is drawn: it may be zero only because the model is new.
    """

    def __init__(self, pair: Pair, lones: Sequence[Lone]) -> None:
        _ = pair.weights
        self.pair, self.lones = pair, lones
        paths = [frozenset(p for lone in lones if lone.in_torch == side for p in lone.masks) for side in (False, True)]
        asked = ({"paths": each} for each in paths)
        self.start: tuple[Arrays, Arrays] = pair.duo.both("get_weights", *asked, dtype="float64")

    def figures(self, wanted: Sequence[Lone]) -> dict[int, tuple[float, float]]:
        """By number how far the outputs are apart with one of ``wanted`` and without any, where that is the cause."""
        try:
            after = self._apart(())
            if after > PROOF_BOUND or self._apart(wanted) <= PROOF_BOUND:
                return {}
            found = {number: self._apart((lone,)) for number, lone in enumerate(wanted)}
        finally:
            self._set(self.start)
        return {number: (before, after) for number, before in found.items() if before > PROOF_BOUND}

    def _apart(self, there: Sequence[Lone]) -> float:
        self._set((self._with(there, 0), self._with(there, 1)))
        pair = self.pair
        options: Any = {"inputs": pair.cases[0].inputs, "training": False, "seed": pair.seed, "dropout": pair.by_name}
        keras, torch = pair.duo.both("forward", dtype="float64", **options)
        return max(difference(keras.outputs[n], torch.outputs[n], PROOF_BOUND).figure for n in keras.outputs)

    def _set(self, weights: tuple[Arrays, Arrays]) -> None:
        keras, torch = ({"weights": each} for each in weights)
        self.pair.duo.both("set_weights", keras, torch, dtype="float64")

    def _with(self, there: Sequence[Lone], side: int) -> Arrays:
        found = {}
        for path, array in self.start[side].items():
            drawn = side == 1 and not self.pair.own_weights
            value = draws.normal(array.shape, self.pair.seed, "lone", path) if drawn else array
            found[path] = self._masked(path, array, value, there)
        return found

    def _masked(self, path: str, start: NDArray, value: NDArray, there: Sequence[Lone]) -> NDArray:
        """Neutral where it belongs to one that is left out."""
        neutral = float(path.rpartition("/")[2] in SCALES)
        for lone in self.lones:
            if path in lone.masks:
                start = np.where(lone.masks[path], value if lone in there else neutral, start)
        return start


def covered(lones: Sequence[Lone]) -> frozenset[str]:
    """The tensors of PyTorch that belong to one altogether."""
    return frozenset(path for lone in lones if lone.in_torch for path, mask in lone.masks.items() if mask.all())
