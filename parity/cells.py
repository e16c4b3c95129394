"""Recurrences whose step is written by hand: all gates are made at once, as dense layers or convolutions do it.

One product takes input and state side by side, or one takes the input and another the state. Keras keeps a kernel for
each of the two, and its gates in the order i, f, c, o (input, forget, candidate, output), or z, r, h (update, reset,
candidate); code takes them in any order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, permutations

from parity.errors import UsageError
from parity.kinds import MIXING
from parity.partners import TAKEN, TOGETHER, paths_in, taken_by, untaken
from parity.recording import Layer
from parity.surroundings import Side

INPUT_FIRST, STATE_FIRST = "xh", "hx"
_GATES = {"gru": "zrh", "rnn": "c"} | dict.fromkeys(("lstm", "conv_lstm1d", "conv_lstm2d", "conv_lstm3d"), "ifco")
Shapes = Mapping[str, tuple[int, ...]]


def gates_of(layer: Layer) -> str:
    """The gates of a Keras recurrence in its order; none where it is no such recurrence."""
    return "" if layer.storage.get("bidirectional") else _GATES.get(layer.kind, "")


def find_cells(ours: Side, theirs: Side, taken: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Keras path of a recurrence -> one or two products of PyTorch, with their order: as given, or Keras's own.

    Raises:
        UsageError: a given order is none.
    """
    found: dict[str, str] = {}
    for path, layer in ours.layers.items():
        if path in taken or not gates_of(layer) or any(other.kind == layer.kind for other in theirs.layers.values()):
            continue
        used = {product for text in found.values() for product in paths_in(text)} | set(taken.values())
        free = [other for other in theirs.layers if other not in used and theirs.layers[other].kind in MIXING]
        orders = {text: _order(ours.shapes(path), theirs, text, layer) for text in _choices(free)}
        fitting = [text for text, order in orders.items() if order]
        if TAKEN in given.get(path, ""):
            found[path] = _checked(path, given[path], fitting, gates_of(layer))
        elif fitting:
            found[path] = f"{fitting[0]}{TAKEN}{orders[fitting[0]]} {gates_of(layer)}"
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
    """Two products are told apart by their shapes."""
    own = order_in(text)[0] if len(paths_in(text)) == 2 else sources
    return f"{untaken(text)}{TAKEN}{own} {gates}"


def _choices(paths: Sequence[str]) -> Iterator[str]:
    """One product, or two that follow one another."""
    yield from paths
    yield from (TOGETHER.join(pair) for pair in pairwise(paths))


def _order(keras: Shapes, theirs: Side, text: str, layer: Layer) -> str:
    """The order of input and state in which the products could make the gates; empty where they cannot."""
    stored = [theirs.shapes(path) for path in paths_in(text)]
    if not {"kernel", "recurrent_kernel"} <= keras.keys() or not all("weight" in shapes for shapes in stored):
        return ""
    *window, inputs, units = keras["kernel"]
    states, biases = keras["recurrent_kernel"][-2], sum("bias" in shapes for shapes in stored)
    weights = [shapes["weight"] for shapes in stored]
    if len(stored) == 1:
        whole = (units, inputs + states, *window)
        return INPUT_FIRST if layer.kind != "gru" and weights == [whole] and biases == ("bias" in keras) else ""
    if (biases > 0) != ("bias" in keras) or (
        layer.kind == "gru" and biases and (biases, *keras["bias"]) != (2, 2, units)
    ):
        return ""
    apart = [(units, inputs, *window), (units, states, *window)]
    return INPUT_FIRST if weights == apart else STATE_FIRST if weights == apart[::-1] else ""


def _checked(path: str, text: str, fitting: Sequence[str], gates: str) -> str:
    products = untaken(text)
    if products not in fitting:
        raise UsageError(f"map: {path!r} is given {text!r}, which does not make its gates", "give it what does")
    sources, order = order_in(text)
    if sources not in (INPUT_FIRST, STATE_FIRST) or sorted(order) != sorted(gates):
        raise UsageError(
            f"map: {text!r}: expected the order of input and state, and of the gates {', '.join(gates)}",
            f"{products}{TAKEN}{INPUT_FIRST} {gates} is Keras's own",
        )
    return text
