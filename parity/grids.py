"""Cells of one's own on both sides: kernels that make the gates of input and state, cut in other ways.

A kernel takes the input, the state or both side by side, and makes some of the gates. Layers or bare tensors of Keras
and products of PyTorch fit where both cover every gate once for the input and once for the state; the order of input
and state side by side, and that of the gates, is settled by values.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations, product
from math import prod

from parity.cells import INPUT_FIRST, STATE_FIRST, order_in
from parity.errors import UsageError
from parity.kinds import MIXING
from parity.partners import TAKEN, TOGETHER, paths_in, untaken
from parity.recording import Parameter
from parity.shapes import Shape, turned_shape
from parity.surroundings import Side

GATES = range(2, 5)
INPUT, STATE, BIAS = "x", "h", ""


@dataclass(frozen=True)
class Piece:
    """Some gates of a cell, as one tensor makes them.

    Args:
        sources: x, h or both in their order; empty for a bias.
        gates: their numbers, in the order of the cell's tensors.
    """

    sources: str
    gates: tuple[int, ...]


@dataclass(frozen=True)
class Grid:
    """How the tensors of a cell cover its gates.

    Args:
        pieces: of the tensors, in their order.
        sizes: of input and state.
    """

    pieces: tuple[Piece, ...]
    sizes: Mapping[str, int]


def find_grids(ours: Side, theirs: Side, taken: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Joined names of Keras tensors -> those of PyTorch, with the order of input and state and of the gates.

    Raises:
        UsageError: tensors that are given with such an order do not make the same gates.
    """
    found = {k: t for k, t in given.items() if is_grid(k, t)}
    for k, t in found.items():
        if not grids(_tensors(ours, k), _tensors(theirs, t), order_in(t)):
            raise UsageError(f"map: {k!r} is given {t!r}, which does not make the same gates")
    used = {path.partition("/")[0] for k, t in found.items() for path in (*paths_in(k), *paths_in(t))}
    used |= {*taken, *taken.values()}
    cells = [cell for cell in _loops(theirs) if not used & {p.layer for p in cell}]
    for mine in _owned(ours):
        if used & {p.layer for p in mine}:
            continue
        for cell in cells:
            count = _gates_of(mine, cell)
            if count:
                found[_names(mine)] = f"{_names(cell)}{TAKEN}{INPUT_FIRST} {''.join(map(str, range(count)))}"
                cells.remove(cell)
                break
    return found


def is_grid(keras: str, torch: str) -> bool:
    """Several tensors of Keras are given several of PyTorch."""
    return "/" in keras and TOGETHER in keras and TOGETHER in torch and " " in torch.partition(TAKEN)[2]


def _tensors(side: Side, names: str) -> list[Parameter]:
    known = {p.path: p for tensors in side.parameters.values() for p in tensors}
    return [known[path] for path in paths_in(names) if path in known]


def layers_in(names: str) -> tuple[str, ...]:
    """Owners of joined tensors."""
    return tuple(dict.fromkeys(path.rpartition("/")[0] for path in paths_in(names)))


def module_of(names: str) -> str:
    """The module whose loop runs over products."""
    return layers_in(names)[0].rpartition(".")[0]


def like_grids(found: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Cells of one class, as far as the names of their tensors tell, change their order together."""
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for names in found:
        groups[tuple(path.rpartition("/")[2] for path in paths_in(names))].append(names)
    return [tuple(group) for group in groups.values()]


def other_grids(found: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Other orders of like cells, and the same with two of them exchanged."""
    _, gates = order_in(next(iter(found.values())))
    partners = [untaken(t) for t in found.values()]
    for ordered in (partners, partners[::-1]) if len(partners) == 2 else (partners,):
        for first, order in product((INPUT_FIRST, STATE_FIRST), permutations(sorted(gates))):
            trial = {k: f"{t}{TAKEN}{first} {''.join(order)}" for k, t in zip(found, ordered, strict=True)}
            if trial != found:
                yield trial


def grids(keras: Sequence[Parameter], torch: Sequence[Parameter], order: tuple[str, str]) -> tuple[Grid, Grid] | None:
    """How both sides cover the gates, PyTorch's in an order of their own; None where they do not make the same.

    Where only Keras has kernels of both sources, the order of input and state is that of theirs.
    """
    mine, rest = [p.shape for p in keras], [as_keras(p.shape) for p in torch]
    for sizes in _sizes([*mine, *rest]):
        apart = all(shape[-2] != sum(sizes.values()) for shape in rest if len(shape) > 1)
        first = _covered(mine, sizes, order[0] if apart else INPUT_FIRST, range(len(order[1])))
        second = _covered(rest, sizes, order[0], [int(gate) for gate in order[1]])
        if first and second and _biased(first) == _biased(second):
            return first, second
    return None


def as_keras(shape: Shape) -> Shape:
    """The shape of a product of PyTorch as Keras has it."""
    return turned_shape(shape) if len(shape) > 1 else shape


def _sizes(shapes: Sequence[Shape]) -> Iterator[dict[str, int]]:
    """What input and state may be: the kernels of one source, and of both side by side, tell."""
    channels = sorted({shape[-2] for shape in shapes if len(shape) > 1})
    for one, other in product(channels, repeat=2):
        if {one, other} <= set(channels) <= {one, other, one + other}:
            yield {INPUT: one, STATE: other}


def _covered(shapes: Sequence[Shape], sizes: Mapping[str, int], both: str, order: Sequence[int]) -> Grid | None:
    """Tensors that cover every gate of ``order`` for each source, one after the other."""
    free = {source: list(order) for source in (INPUT, STATE, BIAS)}
    pieces = []
    for shape in shapes:
        sources = _sources(shape, sizes, both, free)
        count, rest = divmod(shape[-1], sizes[STATE])
        first = [free[source][:count] for source in sources or (BIAS,)] if sources is not None else []
        if rest or not first or any(gates != first[0] or len(gates) != count for gates in first):
            return None
        for source in sources or (BIAS,):
            del free[source][:count]
        pieces.append(Piece(sources or BIAS, tuple(first[0])))
    whole = not free[INPUT] and not free[STATE] and len(free[BIAS]) in (0, len(order))
    windows = {shape[:-2] for shape in shapes if len(shape) > 1}
    return Grid(tuple(pieces), sizes) if whole and len(windows) == 1 else None


def _sources(shape: Shape, sizes: Mapping[str, int], both: str, free: Mapping[str, Sequence[int]]) -> str | None:
    """What a kernel takes; of equal sizes the input comes first."""
    if len(shape) == 1:
        return BIAS
    if shape[-2] == sizes[INPUT] + sizes[STATE]:
        return both
    return next((source for source in (INPUT, STATE) if shape[-2] == sizes[source] and free[source]), None)


def _biased(grid: Grid) -> bool:
    return any(piece.sources == BIAS for piece in grid.pieces)


def _gates_of(mine: Sequence[Parameter], cell: Sequence[Parameter]) -> int:
    """How many gates both sides make; 0 where they do not, or each kernel has a twin of its shape."""
    if sorted(p.shape for p in mine) == sorted(as_keras(p.shape) for p in cell):
        return 0
    if sum(prod(p.shape) for p in mine) != sum(prod(p.shape) for p in cell):
        return 0
    orders = ((INPUT_FIRST, "".join(map(str, range(count)))) for count in GATES)
    return next((len(order[1]) for order in orders if grids(mine, cell, order)), 0)


def _owned(side: Side) -> Iterator[list[Parameter]]:
    """Of Keras: the tensors of a layer of the user's own, or those of the products in one."""
    inside: dict[str, list[Parameter]] = defaultdict(list)
    for path, layer in side.layers.items():
        trained = [p for p in side.parameters[path] if p.trainable]
        if layer.kind in MIXING:
            inside[path.rpartition(".")[0]] += trained
        elif any(len(p.shape) > 1 for p in trained):
            yield trained
    yield from (tensors for owner, tensors in inside.items() if owner and len(tensors) > 1)


def _loops(side: Side) -> list[list[Parameter]]:
    """Of PyTorch: the tensors of the products in a module that run again and again."""
    cells: dict[str, list[Parameter]] = defaultdict(list)
    for path, layer in side.layers.items():
        if layer.kind in MIXING and side.calls(path) > 1 and not layer.storage.get("transposed"):
            cells[path.rpartition(".")[0]] += side.parameters[path]
    return list(cells.values())


def _names(tensors: Sequence[Parameter]) -> str:
    return TOGETHER.join(p.path for p in tensors)
