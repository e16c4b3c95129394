"""Rectifiers of one value that end at other bounds."""

from __future__ import annotations

import pytest

from parity.diagnosis.bounds import lone_rectifiers, unlike_bounds
from parity.recording import Event


def events(*kinds, **attributes):
    return [Event(f"{kind}{n}", kind, kind, (2, 4), attributes, None, (n - 1,)) for n, kind in enumerate(kinds)]


@pytest.mark.parametrize(
    ("keras", "torch", "found"),
    [
        (events("relu", max_value=6), events("relu"), 1),
        (events("relu", max_value=6), events("relu", max_value=6.0), 0),
        (events("relu", max_value=6), events("relu", "clamp"), 0),
        (events("relu", "minimum"), events("relu", max_value=6), 0),
        (events("tanh"), events("relu", max_value=6), 0),
    ],
)
def test_only_a_bound_that_nothing_else_makes_up_for_is_told(keras, torch, found):
    assert len(list(unlike_bounds(keras, torch, {0: 0}))) == found


@pytest.mark.parametrize(("other", "found"), [("relu", False), ("leaky_relu", False), ("tanh", True)])
def test_rectifiers_of_one_side_alone_are_told(other, found):
    assert lone_rectifiers(events("relu", "max_pool"), events(other, "max_pool")) is found
