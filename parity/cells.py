"""Recurrences whose step is written by hand, with dense layers or convolutions.

One product takes input and state side by side, or one takes the input and another the state; it makes all gates, some
of them, or one. Keras keeps a kernel for input and another for state, and its gates in the order i, f, c, o (input,
forget, candidate, output), or z, r, h (update, reset, candidate); code takes them in any order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

from parity.errors import UsageError
from parity.kinds import MIXING
from parity.partners import TAKEN, TOGETHER, paths_in, taken_by, untaken
from parity.recording import Layer
from parity.surroundings import Side

INPUT_FIRST, STATE_FIRST = "xh", "hx"
_GATES = {"gru": "zrh", "rnn": "c"} | dict.fromkeys(("lstm", "conv_lstm1d", "conv_lstm2d", "conv_lstm3d"), "ifco")
Shapes = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class Block:
    """Gates that are made together.

    Args:
        paths: of one product of input and state, or of that of the input and that of the state.
        gates: their number.
    """

    paths: tuple[str, ...]
    gates: int


def gates_of(layer: Layer) -> str:
    """The gates of a Keras recurrence in its order; none where it is no such recurrence."""
    return "" if layer.storage.get("bidirectional") else _GATES.get(layer.kind, "")


def find_cells(ours: Side, theirs: Side, taken: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Keras path of a recurrence -> products of PyTorch, with their order: as given, or Keras's own.

    Raises:
        UsageError: a given order is none.
    """
    found: dict[str, str] = {}
    for path, layer in ours.layers.items():
        if path in taken or not gates_of(layer) or any(other.kind == layer.kind for other in theirs.layers.values()):
            continue
        used = {product for text in found.values() for product in paths_in(text)} | set(taken.values())
        free = [other for other in theirs.layers if other not in used and theirs.layers[other].kind in MIXING]
        shapes = ours.shapes(path)
        if TAKEN in given.get(path, ""):
            found[path] = _checked(given[path], shapes, layer, theirs)
            continue
        if not {"kernel", "recurrent_kernel"} <= shapes.keys():
            continue
        for products in _choices(free, 2 * len(gates_of(layer))):
            made = _blocks(shapes, layer, theirs, products)
            if made:
                found[path] = f"{TOGETHER.join(products)}{TAKEN}{_first(made, products)} {gates_of(layer)}"
                break
    return found


def like_cells(cells: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Keras paths of cells with like gates."""
    groups: dict[str, list[str]] = defaultdict(list)
    for path, text in cells.items():
        groups["".join(sorted(order_in(text)[1]))].append(path)
    return [tuple(paths) for paths in groups.values()]


def order_in(text: str) -> tuple[str, str]:
    """The order of input and state, and that of the gates."""
    sources, _, gates = taken_by(text).partition(" ")
    return sources, gates


def other_orders(cells: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Other orders of some cells with like gates: code has one class for them, so all have one order."""
    gates = sorted(order_in(next(iter(cells.values())))[1])
    for sources in (INPUT_FIRST, STATE_FIRST):
        for order in permutations(gates):
            trial = {path: _in_order(text, sources, "".join(order)) for path, text in cells.items()}
            if trial != cells:
                yield trial


def _in_order(text: str, sources: str, gates: str) -> str:
    """Products of the input are told from those of the state by their shapes, where every gate has two, or two all."""
    paths, kept = paths_in(text), order_in(text)[0]
    told = len(paths) == 2 * len(gates) or (len(paths) == 2 and len(gates) != len(_GATES["gru"]))
    return f"{untaken(text)}{TAKEN}{kept if told else sources} {gates}"


def _choices(paths: Sequence[str], most: int) -> Iterator[tuple[str, ...]]:
    """Products that follow one another, few first; where each has one source, all of the input may come first."""
    for count in range(1, most + 1):
        for first in range(len(paths) - count + 1):
            run = tuple(paths[first : first + count])
            yield run
            if count > 2 and count % 2 == 0:
                half = count // 2
                yield tuple(path for pair in zip(run[:half], run[half:], strict=True) for path in pair)


def blocks(
    kernel: Sequence[int], gates: int, weights: Mapping[str, tuple[int, ...]], input_first: bool
) -> tuple[Block, ...]:
    """The products, in their order, by the gates that they make; none where they are not those of the recurrence.

    Args:
        kernel: shape of the one that Keras keeps for the input.
        weights: shapes of the products' weights, by path.
        input_first: of products for one source each, where their shapes do not tell.
    """
    *window, inputs, whole = kernel
    units = whole // gates
    found, left = [], list(weights)
    while left:
        block: tuple[str, ...] = (left.pop(0),)
        made, channels, *size = weights[block[0]]
        if made % units or size != window:
            return ()
        if channels != inputs + units:
            block = _couple(block[0], left.pop(0) if left else "", weights, (inputs, units), input_first)
        if not block:
            return ()
        found.append(Block(block, made // units))
    return tuple(found) if sum(block.gates for block in found) == gates else ()


def _couple(
    one: str, other: str, weights: Mapping[str, tuple[int, ...]], wanted: tuple[int, int], input_first: bool
) -> tuple[str, ...]:
    """The product of the input and that of the state, which make the same gates."""
    if not other or weights[one][:1] + weights[one][2:] != weights[other][:1] + weights[other][2:]:
        return ()
    channels = weights[one][1], weights[other][1]
    if channels == wanted and (input_first or wanted[0] != wanted[1]):
        return one, other
    return (other, one) if channels == wanted[::-1] else ()


def biases_of(block: Block, layers: Mapping[str, Layer]) -> tuple[str, ...]:
    """Paths of the products of a block that have a bias."""
    return tuple(path for path in block.paths if layers[path].attributes.get("bias"))


def _blocks(keras: Shapes, layer: Layer, theirs: Side, products: Sequence[str]) -> tuple[Block, ...]:
    """Of products that could make the gates of a Keras recurrence; else none."""
    weights = {path: theirs.shapes(path).get("weight", (0, 0)) for path in products}
    found = blocks(keras["kernel"], len(gates_of(layer)), weights, True)
    counts = {len(biases_of(block, theirs.layers)) for block in found}
    if len(counts) != 1 or bool(max(counts)) != ("bias" in keras):
        return ()
    if layer.kind != "gru":
        return found
    at_once = len(found) == 1 and len(found[0].paths) == 2  # as a state needs that is reset behind its product
    if not layer.attributes.get("reset_after", True):
        return () if at_once or len(found) == 1 else found
    return found if at_once and max(counts) != 1 else ()


def _first(found: Sequence[Block], products: Sequence[str]) -> str:
    """Which source the products, or the halves of one, are taken to have first: the input, unless shapes say no."""
    apart = len(found[0].paths) == 2 and found[0].paths[0] != products[0]
    return STATE_FIRST if apart else INPUT_FIRST


def _checked(text: str, keras: Shapes, layer: Layer, theirs: Side) -> str:
    products, gates = paths_in(text), gates_of(layer)
    if not all(product in theirs.layers for product in products) or not _blocks(keras, layer, theirs, products):
        raise UsageError(f"map: {layer.path!r} is given {text!r}, which does not make its gates", "give it what does")
    sources, order = order_in(text)
    if sources not in (INPUT_FIRST, STATE_FIRST) or sorted(order) != sorted(gates):
        raise UsageError(
            f"map: {text!r}: expected the order of input and state, and of the gates {', '.join(gates)}",
            f"{untaken(text)}{TAKEN}{INPUT_FIRST} {gates} is Keras's own",
        )
    return text
