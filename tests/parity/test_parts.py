"""What one layer makes of several, or several of one, stands where the other side has it."""

from __future__ import annotations

import numpy as np
import pytest

from parity.matching import Match
from parity.parts import probes_of_parts
from parity.recording import Event, Trace


def event(layer, *shape):
    return Event(layer, "dense", "Dense", shape, {}, layer, (-1,))


def probed(ours, theirs, match):
    """Arrays of the numbers from 0 in the shapes of the Keras events, as they are asked for in PyTorch."""

    class Values(dict):
        def only(self, numbers):
            return Values({number: self[number] for number in numbers})

    values = Values({n: np.arange(np.prod(each.shape)).reshape(each.shape) + 100 * n for n, each in enumerate(ours)})
    probes = probes_of_parts(match, Trace(tuple(ours), values, {}), theirs)
    return {t: dict(probe.references) for t, probe in probes.items()}


def test_values_of_parts_lie_side_by_side_or_head_by_head():
    ours, theirs = [event("a", 1, 4), event("b", 1, 2, 2)], [event("both", 1, 8)]
    match = Match({}, {}, {"both": ("a", "b")})
    assert probed(ours, theirs, match)[0][0].tolist() == [[0, 1, 2, 3, 100, 101, 102, 103]]
    in_turn = Match({}, {}, {"both": ("a", "b")}, heads={"both": 2})
    assert probed(ours, theirs, in_turn)[0][0].tolist() == [[0, 1, 100, 101, 2, 3, 102, 103]]


def test_a_value_is_taken_apart():
    ours, theirs = [event("both", 2, 3)], [event("a", 2, 1), event("b", 2, 2)]
    found = probed(ours, theirs, Match({}, {}, {}, spread={"both": ("a", "b")}))
    assert found[0][0].tolist() == [[0], [3]]
    assert found[1][0].tolist() == [[1, 2], [4, 5]]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ([event("a", 2, 4), event("b", 2, 4)], [event("both", 2, 4)]),  # added, not side by side
        ([event("a", 2, 2, 3, 2), event("b", 2, 2, 3, 2)], [event("both", 2, 3, 8)]),  # heads in front of steps
        ([event("a", 2, 4), event("a", 2, 4), event("b", 2, 4)], [event("both", 2, 8)]),  # called twice
    ],
)
def test_what_does_not_lie_alike_is_not_asked_for(ours, theirs):
    assert probed(ours, theirs, Match({}, {}, {"both": ("a", "b")})) == {}
