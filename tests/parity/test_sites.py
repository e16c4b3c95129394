"""Places in the code of a loop, each with all its rounds."""

from __future__ import annotations

from parity.diagnosis.sites import places
from parity.recording import Event


def events(*lines):
    """A function for each letter, which stands for its line."""
    return [Event(f"cell.f#{n}", "tanh", "tanh", (2, 4), {}, None, (n - 1,), line=line) for n, line in enumerate(lines)]


def test_what_a_loop_runs_in_every_round_is_one_place_and_its_last_round_another():
    assert places(events(*"abab", *"abab", "c"), range(9)) == [(0, 2, 4, 6), (1, 3, 5, 7), (6,), (7,), (8,)]


def test_a_line_with_two_calls_is_two_places():
    assert places(events(*"aabaabaabaab"), range(12))[:3] == [(0, 3, 6, 9), (1, 4, 7, 10), (2, 5, 8, 11)]


def test_layers_of_one_line_are_places_of_their_own():
    assert places(events(*"aaa"), range(3)) == [(0,), (1,), (2,)]
