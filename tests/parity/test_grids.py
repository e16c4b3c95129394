"""Cells of one's own on both sides: which kernels make which gates, there and back, and what is no such cell."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from parity.cells import INPUT_FIRST, STATE_FIRST
from parity.errors import UsageError
from parity.grid_link import GridLink
from parity.grids import find_grids, grids, like_grids, other_grids
from parity.mapping import by_layer
from parity.recording import Description, Event, Layer, Parameter, Trace
from parity.surroundings import Side

INPUTS, UNITS = 3, 5


def tensors(*shapes, owner="cell", names="abcdef"):
    return [
        Parameter(f"{owner}.{name}", "tensor", shape, True, "float32")
        for name, shape in zip(names, shapes, strict=False)
    ]


def stored(parameters):
    rng = np.random.default_rng(0)
    return by_layer({p.path: rng.normal(size=p.shape) for p in parameters})


FUSED = ((INPUTS, 2 * UNITS), (UNITS, 2 * UNITS), (2 * UNITS,))
BY_GATE = ((UNITS, INPUTS + UNITS), (UNITS,)) * 2
LAYOUTS = [
    (2, FUSED, BY_GATE),
    (
        3,
        ((INPUTS, 3 * UNITS), (3 * UNITS,), (UNITS, 2 * UNITS), (UNITS, UNITS)),
        (*((2 * UNITS, INPUTS + UNITS), (2 * UNITS,)), *BY_GATE[:2]),
    ),
    (2, ((3, 3, INPUTS, 2 * UNITS), (3, 3, UNITS, 2 * UNITS)), ((UNITS, INPUTS + UNITS, 3, 3),) * 2),
    (2, ((INPUTS + UNITS, 2 * UNITS),), ((UNITS, INPUTS), (UNITS, UNITS)) * 2),
]


@pytest.mark.parametrize(("gates", "ours", "theirs"), LAYOUTS)
@pytest.mark.parametrize("first", [INPUT_FIRST, STATE_FIRST])
def test_weights_come_back(gates, ours, theirs, first):
    mine, rest = tensors(*ours), tensors(*theirs)
    weights = stored(mine)
    for order in permutations("0123"[:gates]):
        link = GridLink(tuple(mine), tuple(rest), (first, "".join(order)))
        there = link.to_torch(weights)
        assert {path: array.shape for path, array in there.items()} == {p.path: p.shape for p in rest}
        back = link.to_keras(by_layer(there))
        assert all(np.array_equal(back[p.path], weights[p.layer][p.name]) for p in mine)


def test_a_gate_is_the_same_sum_on_both_sides():
    mine, rest = tensors(*FUSED), tensors(*BY_GATE)
    weights, rng = stored(mine), np.random.default_rng(1)
    x, h = rng.normal(size=INPUTS), rng.normal(size=UNITS)
    kernel, recurrent, bias = (weights[p.layer][p.name] for p in mine)
    gates = x @ kernel + h @ recurrent + bias
    there = GridLink(tuple(mine), tuple(rest), (STATE_FIRST, "10")).to_torch(weights)
    first = there["cell.a/tensor"] @ np.concatenate([h, x]) + there["cell.b/tensor"]
    assert np.allclose(first, gates[UNITS:])


def test_the_order_is_that_of_keras_where_only_its_kernels_take_both():
    ours, theirs = tensors(*LAYOUTS[3][1]), tensors(*LAYOUTS[3][2])
    weights = stored(ours)
    there = GridLink(tuple(ours), tuple(theirs), (STATE_FIRST, "01")).to_torch(weights)
    assert np.array_equal(there["cell.a/tensor"], weights["cell.a"]["tensor"][UNITS:, :UNITS].T)


@pytest.mark.parametrize(
    "theirs",
    [
        BY_GATE[:2],  # one gate of two
        (*BY_GATE[:3], (UNITS + 1,)),
        ((UNITS, INPUTS + UNITS),) * 2,  # no bias
        ((UNITS, INPUTS + UNITS + 1), (UNITS,)) * 2,
    ],
)
def test_what_does_not_cover_the_gates_is_no_cell(theirs):
    assert grids(tensors(*FUSED), tensors(*theirs), (INPUT_FIRST, "01")) is None


def side(parameters, rounds, kind="dense"):
    paths = dict.fromkeys(p.layer for p in parameters)
    layers = tuple(Layer(path, kind, "Dense", {}, {}) for path in paths)
    events = tuple(Event(path, kind, "Dense", (2, UNITS), {}, path, (-1,)) for path in paths for _ in range(rounds))
    return Side(Description(layers, tuple(parameters), (), 0, 0, "M"), Trace(events, {}, {}, ends={"y": (-1,)}))


def own(owner="own"):
    """Kernel, recurrent kernel and bias of one layer of the user's own."""
    return [Parameter(owner, name, shape, True, "float32") for name, shape in zip("wub", FUSED, strict=True)]


def products(owner="cell"):
    return [
        Parameter(f"{owner}.{gate}", name, shape, True, "float32")
        for gate in "fc"
        for name, shape in zip(("weight", "bias"), BY_GATE, strict=False)
    ]


def found(ours, theirs, rounds=4, given=None):
    return find_grids(side(ours, 1, "own"), side(theirs, rounds), {}, given or {})


NAMES, PARTNERS = "own/w + own/u + own/b", "cell.f/weight + cell.f/bias + cell.c/weight + cell.c/bias"


def test_a_loop_over_products_is_found():
    assert found(own(), products()) == {NAMES: f"{PARTNERS} @ xh 01"}
    assert found(own(), products(), rounds=1) == {}  # it runs once, and is no loop
    assert found(own()[:2], products()) == {}  # of another size


def test_an_order_that_is_given_is_kept_and_checked():
    given = {NAMES: f"{PARTNERS} @ hx 10"}
    assert found(own(), products(), given=given) == given
    with pytest.raises(UsageError, match="does not make the same gates"):
        found(own(), products(), given={NAMES: "cell.f/weight + cell.f/bias @ hx 10"})


def test_like_cells_change_their_order_and_their_partners_together():
    cells = found([*own("a"), *own("b")], [*products("p"), *products("q")])
    assert like_grids(cells) == [tuple(cells)]
    orders = list(other_grids(cells))
    assert len(orders) == 2 * 2 * 2 - 1
    assert all(len({text.partition(" @ ")[2] for text in order.values()}) == 1 for order in orders)
    assert len({tuple(order.values()) for order in orders} | {tuple(cells.values())}) == 8
