"""How well one layer could be the twin of another: by its weights, its surroundings and its name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np

from parity.layouts import EMBEDDINGS, Layout, Rows, Weights, between, placeholder
from parity.recording import Layer
from parity.surroundings import Side, is_norm

UPSTREAM_MATCHES, NAME_FITS, NEXT_IN_ORDER, DOWNSTREAM_FITS = 4.0, 2.0, 1.5, 1.0
PARTS = (
    frozenset({"gamma", "scale", "weight", "kernel", "w"}),
    frozenset({"beta", "shift", "bias", "offset", "b"}),
)
"""Words for the two tensors of an affine map."""
ROLES = (frozenset({"q", "query"}), frozenset({"k", "key"}), frozenset({"v", "value"}))
"""Words for what the projections of an attention make."""
NO_ROLE = len(ROLES)
SAME_SIZE, SAME_OUTPUTS, SAME_READERS, SAME_WORD = 3.0, 3.0, 2.0, 3.0
SAME_WORDS = 12.0
"""More than all that may be exchanged behind two layers of one input."""
FOLLOWED_ALIKE, PRECEDED_ALIKE, SET_ALIKE = 2.0, 1.0, 2.0


def fits(ours: Side, theirs: Side, path: str, other: str) -> bool:
    """The weights of the one can be stored in the other; a norm may have none."""
    key = ours.store(path), theirs.store(other)
    if key not in ours.fitting:
        ours.fitting[key] = _fits(ours, theirs, path, other)
    return ours.fitting[key]


def _fits(ours: Side, theirs: Side, path: str, other: str) -> bool:
    keras, torch = ours.layers[path], theirs.layers[other]
    if is_norm(keras) and keras.kind == torch.kind and not (ours.shapes(path) and theirs.shapes(other)):
        return True
    layout = between(keras, torch)
    if layout is None or isinstance(layout, Rows):
        return False
    shared = {name: array.shape for name, array in _stored(layout, theirs, other).items()}
    main = _main(ours.shapes(path), shared)
    return main is not None and shared[main] == ours.shapes(path)[main]


def _stored(layout: Layout, theirs: Side, other: str) -> Weights:
    """Zeros in the shapes that Keras would have, by its names."""
    tensors = {name: placeholder(shape) for name, shape in theirs.shapes(other).items()}
    return layout.to_keras(tensors, theirs.layers[other].storage)


def fits_loosely(ours: Side, theirs: Side, path: str, other: str) -> bool:
    """The same kind between matched neighbours, though the shapes differ: a finding, not a match of weights."""
    keras, torch = ours.layers[path], theirs.layers[other]
    if path in ours.own_code or other in theirs.own_code:
        return False  # its tensors are matched one by one
    layout = between(keras, torch)
    if (
        layout is not None
        and ours.shapes(path)
        and not ours.shapes(path).keys() & _stored(layout, theirs, other).keys()
    ):
        return False  # code of the user's, the same class by name; its tensors are matched one by one
    related = keras.kind == torch.kind or (keras.kind in EMBEDDINGS and torch.kind in EMBEDDINGS)
    related = related or (is_norm(keras) and is_norm(torch))
    return related and len(ours.above.get(path, ())) == len(theirs.above.get(other, ()))


def _main(ours: Mapping[str, tuple[int, ...]], shared: Mapping[str, tuple[int, ...]]) -> str | None:
    """The largest tensor that both have."""
    both = [name for name in ours if name in shared]
    return max(both, key=lambda name: int(np.prod(ours[name])), default=None)


def standing(ours: Side, theirs: Side, path: str, other: str, pairs: Mapping[str, str]) -> float:
    near = 0.0
    for mine, rest in ((ours.above, theirs.above), (ours.below, theirs.below)):
        first, second = mine.get(path, frozenset()), rest.get(other, frozenset())
        fitting = [any(_neighbours(ours, theirs, a, b, pairs) for b in second) for a in first]
        near += 1.0 if all(fitting) and bool(first) == bool(second) else 0.5 * any(fitting)
    return UPSTREAM_MATCHES * near + _place_alike(ours, theirs, path, other) + NAME_FITS * alike(path, other)


def score(ours: Side, theirs: Side, path: str, other: str, pairs: Mapping[str, str], first: bool) -> float:
    above = {pairs.get(source, source) for source in ours.above.get(path, ())}
    same = above == set(theirs.above.get(other, ()))
    some = bool(above & set(theirs.above.get(other, ())))
    kinds = [
        sorted(side.kinds[p] for p in side.below.get(where, ()) if p in side.kinds)
        for side, where in ((ours, path), (theirs, other))
    ]
    return (
        (UPSTREAM_MATCHES if same else UPSTREAM_MATCHES / 2 if some else 0.0)
        + NAME_FITS * (alike(path, other) + _roles(path, other))
        + (NEXT_IN_ORDER if first else 0.0)
        + (DOWNSTREAM_FITS if kinds[0] == kinds[1] else 0.0)
        + (SAME_READERS if _read_alike(ours, theirs, path, other, pairs) else 0.0)
        + SET_ALIKE * _set_alike(ours.layers[path], theirs.layers[other])
        + _place_alike(ours, theirs, path, other)
    )


def _place_alike(ours: Side, theirs: Side, path: str, other: str) -> float:
    """The size of what they make, the outputs that they lead to, and the operations in front of them and behind."""
    behind = _shared(ours.followed.get(path, frozenset()), theirs.followed.get(other, frozenset()))
    before = _shared(ours.preceded.get(path, frozenset()), theirs.preceded.get(other, frozenset()))
    same_outputs = ours.reaches.get(path) == theirs.reaches.get(other)
    same_size = path in ours.sizes and ours.sizes[path] == theirs.sizes.get(other)
    return SAME_SIZE * same_size + SAME_OUTPUTS * same_outputs + FOLLOWED_ALIKE * behind + PRECEDED_ALIKE * before


def _neighbours(ours: Side, theirs: Side, path: str, other: str, pairs: Mapping[str, str]) -> bool:
    """They are matched, or may be."""
    if path in pairs or path not in ours.layers or other not in theirs.layers:
        return pairs.get(path, path) == other
    return other not in theirs.twins and fits(ours, theirs, path, other)


def _read_alike(ours: Side, theirs: Side, path: str, other: str, pairs: Mapping[str, str]) -> bool:
    """As many layers read the one as the other, and each of them could be one of those."""
    first, second = ours.below.get(path, set()), theirs.below.get(other, set())
    partners = {pairs.get(a, a) for a in first}
    return len(partners) == len(second) and all(
        any(_neighbours(ours, theirs, a, b, pairs) for b in second) for a in first
    )


def _set_alike(keras: Layer, torch: Layer) -> float:
    """The share of the settings stated on both sides that are equal."""
    both = keras.attributes.keys() & torch.attributes.keys()
    return sum(keras.attributes[name] == torch.attributes[name] for name in both) / max(1, len(both))


def _shared(first: frozenset[str], second: frozenset[str]) -> float:
    """How much two collections have in common, 0 to 1."""
    return len(first & second) / max(1, len(first | second))


def own_word(path: str, rivals: Iterable[str]) -> set[str]:
    """Words in a name that those of its rivals lack."""
    return _words(path) - {word for rival in rivals if rival != path for word in _words(rival)}


def same_words(own: set[str], words: set[str]) -> float:
    """What the words are worth that tell a layer from those of the same input, and its twin from its own."""
    return SAME_WORDS if own == words else SAME_WORD * bool(own & words)


def beside(side: Side, path: str, other: str) -> bool:
    """They get the same input."""
    return side.above.get(path) == side.above.get(other)


@lru_cache(maxsize=4096)
def _words(path: str) -> set[str]:
    return set(re.findall(r"[a-z]+", path.lower()))


def _roles(path: str, other: str) -> float:
    """A query is no key: 1 for the same part of an attention, -1 for another, 0 if the names do not tell."""
    parts = [initial(name) for name in (path, other)]
    if not set(parts) <= set("qkv"):
        return 0.0
    return 1.0 if parts[0] == parts[1] else -1.0


def same_part(name: str, other: str) -> float:
    """A scale is no shift: 1 for the same part of an affine map, -1 for another, 0 if the names do not tell."""
    return _same_words(name, other, PARTS)


def same_role(path: str, other: str) -> float:
    """The same of a query and a key."""
    return _same_words(path, other, ROLES)


def role(name: str) -> int:
    """The place of a query, a key or a value among the three; behind all of them where the name does not tell."""
    return next((place for place, words in enumerate(ROLES) if _words(name) & words), NO_ROLE)


def _same_words(name: str, other: str, meanings: Sequence[frozenset[str]]) -> float:
    parts = [next((part for part in meanings if _words(each) & part), None) for each in (name, other)]
    if None in parts:
        return 0.0
    return 1.0 if parts[0] == parts[1] else -1.0


def initial(path: str) -> str:
    """``block.query`` -> ``q``, ``w_k`` -> ``k``."""
    words = re.findall(r"[a-z]+", path.rpartition(".")[2].lower())
    return next((word[0] for word in words if word[0] in "qkv"), path)


@lru_cache(maxsize=1 << 16)
def alike(path: str, other: str) -> float:
    """How alike two names are, 0 to 1."""
    first, second = (re.sub(r"[^a-z0-9]+", " ", name.lower()) for name in (path, other))
    return difflib.SequenceMatcher(None, first, second).ratio()
