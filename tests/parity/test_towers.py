"""Towers that share weights are one operation each, on the samples of all of them, where PyTorch joins these."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from parity.recording import Event, Trace
from parity.shelf import NOTHING, Writer
from parity.towers import as_one

WIDTH = 4


def event(kind, *sources, layer=None, rows=2, **attributes):
    return Event(layer or kind, kind, kind, (rows, WIDTH), attributes, layer, sources)


def tower(source, number):
    return [event("dense", source, layer="tower"), event("relu", number)]


TOWERS = (*tower(-1, 0), *tower(-2, 2), event("subtract", 1, 3))
PARTS = ((-1,), (-2,))


def torch(parts=PARTS, last=4):
    """One batch of both towers; ``last`` rows come out of the activation."""
    return (
        event("concatenate", -2, -1, rows=4, parts=parts),
        event("dense", 0, layer="fc", rows=4),
        event("relu", 1, rows=last),
        event("subtract", 2),
    )


def traced(events=TOWERS, values=NOTHING, **facts):
    return Trace(tuple(events), values, {}, ends={"y": (len(events) - 1,)}, **facts)


def test_two_calls_are_one_with_the_samples_of_both():
    found = as_one(traced(), torch())
    assert [(each.kind, each.shape, each.sources) for each in found.trace.events] == [
        ("dense", (4, WIDTH), (-2, -1)),
        ("relu", (4, WIDTH), (0,)),
        ("subtract", (2, WIDTH), (1,)),
    ]
    assert found.members == ((0, 2), (1, 3), (4,))
    assert found.trace.ends == {"y": (2,)}


@pytest.mark.parametrize(("parts", "members"), [(PARTS, (0, 2)), (PARTS[::-1], (2, 0))])
def test_samples_stand_in_the_order_of_torch(parts, members, tmp_path):
    writer = Writer(str(tmp_path / "keras"))
    for number in range(len(TOWERS)):
        writer.put(number, np.full((2, WIDTH), float(number)))
    entering = {number: np.full((2, WIDTH), 10.0 + number) for number in (0, 2)}
    found = as_one(traced(values=writer.done(), entering=entering), torch(parts))
    assert found.members[0] == members
    assert found.trace.values[0][:, 0].tolist() == [members[0]] * 2 + [members[1]] * 2
    assert found.trace.values[2][:, 0].tolist() == [4.0] * 2
    assert found.trace.entering[0][::2, 0].tolist() == [10.0 + each for each in members]
    assert found.members_of([0, 2]) == {0, 2, 4}


def test_what_torch_does_for_each_tower_alone_stays_apart():
    found = as_one(traced(), torch(last=2))
    assert found.members == ((0, 2), (1,), (3,), (4,))
    assert [each.sources for each in found.trace.events] == [(-2, -1), (0,), (0,), (1, 2)]


@pytest.mark.parametrize(
    "theirs",
    [
        (event("dense", -1, layer="fc"), event("dense", -2, layer="fc"), event("subtract", 0, 1)),
        torch(parts=((-1,), (0, -2))),
        torch(parts=((-1,), (-1,))),
        (event("concatenate", -2, -1, rows=6, parts=PARTS),),
    ],
)
def test_nothing_is_joined_where_torch_joins_no_inputs(theirs):
    recorded = traced()
    assert as_one(recorded, theirs).trace is recorded


def test_towers_with_weights_of_their_own_stay_apart():
    ours = [*TOWERS]
    ours[2] = event("dense", -2, layer="other")
    assert len(as_one(traced(ours), torch()).members) == len(TOWERS)


def test_a_second_use_of_one_tower_waits_for_the_others():
    """It runs before them in Keras, and takes what is one value now."""
    ours = (*tower(-1, 0), event("tanh", 1), *tower(-2, 3), event("subtract", 2, 4))
    found = as_one(traced(ours), torch())
    assert [each.kind for each in found.trace.events] == ["dense", "relu", "tanh", "subtract"]
    assert [each.sources for each in found.trace.events] == [(-2, -1), (0,), (1,), (1, 2)]


def test_what_drops_in_all_towers_drops_once():
    drop = Event("drop", "dropout", "Dropout", (2, WIDTH), {"numbers": 8, "shared": ()}, None, (0,))
    found = as_one(traced(drops=(drop, replace(drop, sources=(2,)))), torch()).trace.drops
    assert [(each.shape, each.attributes["numbers"], each.sources) for each in found] == [((4, WIDTH), 16, (0,))]
